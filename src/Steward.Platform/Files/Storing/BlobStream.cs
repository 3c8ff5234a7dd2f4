using Steward.Platform.Files.Stores;
using Steward.Platform.Sealing;

namespace Steward.Platform.Files.Storing;

/// <summary>
/// A content as a stream that can seek: chunks are fetched a window at a time and opened one at a time. Read it asynchronously. Bytes that are
/// not there any more may have been written once more under another key: <paramref name="home"/> says where the file's are now.
/// </summary>
internal sealed class BlobStream(BlobStores stores, BlobAddress blob, long size, ISealing sealing, Func<CancellationToken, Task<BlobAddress?>> home) : Stream
{
    private BlobAddress _blob = blob;
    private readonly int _count = Chunks.Count(size);
    private IAsyncEnumerator<byte[]>? _window;
    private int _next;
    private int _windowEnd;
    private byte[] _open = [];
    private int _openOrdinal = -1;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => size;

    public override long Position { get; set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Position >= size || buffer.IsEmpty)
        {
            return 0;
        }

        var ordinal = (int)(Position / Chunks.Plain);
        if (_openOrdinal != ordinal)
        {
            _open = await FetchAsync(ordinal, cancellationToken);
            _openOrdinal = ordinal;
        }

        var at = (int)(Position - ((long)ordinal * Chunks.Plain));
        var read = Math.Min(buffer.Length, _open.Length - at);
        if (read <= 0)
        {
            throw new FileStoreException("A chunk is shorter than the size of its content says.");
        }

        _open.AsMemory(at, read).CopyTo(buffer);
        Position += read;
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin)
    {
        var to = offset + origin switch { SeekOrigin.Begin => 0, SeekOrigin.Current => Position, _ => size };
        ArgumentOutOfRangeException.ThrowIfNegative(to, nameof(offset));
        return Position = to;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("A file is read asynchronously.");

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await base.DisposeAsync();
    }

    private async Task<byte[]> FetchAsync(int ordinal, CancellationToken ct)
    {
        while (!await MoveToAsync(ordinal, ct))
        {
            if (await home(ct) is not { } now || now == _blob)
            {
                throw new FileStoreException("The store has fewer chunks than the size of the content says.");
            }

            await CloseAsync();
            _blob = now;
        }

        _next++;
        var sealer = await sealing.ForAsync(_blob.Tenant, ct);
        return sealer.OpenBytes(_blob.Chunk(ordinal, last: ordinal == _count - 1), _window!.Current);
    }

    private async Task<bool> MoveToAsync(int ordinal, CancellationToken ct)
    {
        if (_window is null || _next != ordinal || _next == _windowEnd)
        {
            await CloseAsync();
            var store = stores.Named(_blob.Store);
            _windowEnd = Math.Min(ordinal + store.Window, _count);
            _next = ordinal;
            _window = store.ReadAsync(_blob, ordinal, _windowEnd - ordinal, ct).GetAsyncEnumerator(ct);
        }

        return await _window.MoveNextAsync();
    }

    private async ValueTask CloseAsync()
    {
        if (_window is { } open)
        {
            _window = null;
            await open.DisposeAsync();
        }
    }
}
