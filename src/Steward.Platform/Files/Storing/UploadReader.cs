using System.Globalization;
using System.Security.Cryptography;

namespace Steward.Platform.Files.Storing;

/// <summary>
/// Cuts a stream into chunks while it measures and hashes it, two chunks in memory at any time: one to give and one to know whether
/// it was the last.
/// </summary>
internal sealed class UploadReader(Stream content, long max, long? room) : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private byte[] _current = new byte[Chunks.Plain];
    private byte[] _next = new byte[Chunks.Plain];
    private int _currentLength;
    private int _nextLength;
    private bool _ended;

    /// <summary>Bytes read so far; of the whole content once the last chunk was given.</summary>
    public long Size { get; private set; }

    /// <summary>SHA-256 of the content in hexadecimal, after the last chunk. Stored only under the tenant's index key.</summary>
    public string Digest { get; private set; } = "";

    /// <summary>Whether the chunk at hand is the last.</summary>
    public bool IsLast => _ended && _nextLength == 0;

    /// <summary>The chunk at hand; valid until the next <see cref="MoveAsync"/>.</summary>
    public ReadOnlyMemory<byte> Chunk => _current.AsMemory(0, _currentLength);

    /// <summary>Reads the first chunk, and the second to know whether there is one.</summary>
    public async Task BeginAsync(CancellationToken ct)
    {
        _nextLength = await FillAsync(_next, ct);
        await MoveAsync(ct);
    }

    /// <summary>Goes on to the next chunk. False when the one at hand was the last.</summary>
    public async Task<bool> MoveAsync(CancellationToken ct)
    {
        if (IsLast)
        {
            Digest = Convert.ToHexStringLower(_hash.GetCurrentHash());
            return false;
        }

        (_current, _next) = (_next, _current);
        _currentLength = _nextLength;
        _nextLength = await FillAsync(_next, ct);
        return true;
    }

    public void Dispose() => _hash.Dispose();

    /// <summary>The refusal of a file that is too large for the installation or its room.</summary>
    public static FileRejectedException TooLarge(long max) => new(413, "files.too_large", $"A file may have at most {Words(max)}. Send a smaller one.");

    /// <summary>The refusal of a file for which the tenant has no room.</summary>
    public static FileRejectedException NoRoom() =>
        new(413, "files.quota", "The storage of this tenant is full. Remove files or ask for more room.");

    private async Task<int> FillAsync(byte[] buffer, CancellationToken ct)
    {
        if (_ended)
        {
            return 0;
        }

        var read = await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct);
        _ended = read < buffer.Length;
        Size += read;
        if (Size > max)
        {
            throw TooLarge(max);
        }

        if (Size > room)
        {
            throw NoRoom();
        }

        _hash.AppendData(buffer, 0, read);
        return read;
    }

    private static string Words(long bytes) => bytes >= 1024 * 1024
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024 * 1024)} MB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes");
}
