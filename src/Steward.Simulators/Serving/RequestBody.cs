using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Steward.Simulators.Serving;

internal static class RequestBody
{
    /// <summary>The whole body in a buffer of the shared pool, which the caller gives back.</summary>
    public static async ValueTask<(byte[] Buffer, int Length)> ReadAsync(HttpContext http)
    {
        var reader = http.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(http.RequestAborted);
            if (!read.IsCompleted)
            {
                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }

            var length = checked((int)read.Buffer.Length);
            var buffer = ArrayPool<byte>.Shared.Rent(Math.Max(length, 1));
            read.Buffer.CopyTo(buffer);
            reader.AdvanceTo(read.Buffer.End);
            return (buffer, length);
        }
    }
}
