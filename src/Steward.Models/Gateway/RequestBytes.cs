using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Steward.Models.Gateway;

/// <summary>A request body in a rented buffer. It is kept until the call has ended, because an attempt may be repeated.</summary>
internal readonly struct RequestBytes(byte[] buffer, int length) : IDisposable
{
    /// <summary>From this length on a body is refused, in bytes.</summary>
    internal const int Most = 20_000_000;

    /// <summary>What a caller is told of a body that is refused.</summary>
    internal const string TooLong = "A body must be shorter than 20 MB.";
    private const int FirstGuess = 16 * 1024;

    public ReadOnlyMemory<byte> Memory => buffer.AsMemory(0, length);

    /// <summary>Reads the body, or gives null when it is longer than allowed.</summary>
    public static async ValueTask<RequestBytes?> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        if (request.ContentLength >= Most) return null;
        var reader = request.BodyReader;
        var buffer = ArrayPool<byte>.Shared.Rent((int)(request.ContentLength ?? FirstGuess) + 1);
        var length = 0;
        while (true)
        {
            var read = await reader.ReadAsync(ct);
            var needed = length + read.Buffer.Length;
            if (needed >= Most)
            {
                ArrayPool<byte>.Shared.Return(buffer);
                return null;
            }

            if (needed > buffer.Length)
            {
                var larger = ArrayPool<byte>.Shared.Rent((int)Math.Max(needed, buffer.Length * 2L));
                buffer.AsSpan(0, length).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = larger;
            }

            read.Buffer.CopyTo(buffer.AsSpan(length));
            length = (int)needed;
            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted) return new RequestBytes(buffer, length);
        }
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(buffer);
}
