using System.Globalization;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;

namespace Steward.Simulators.Serving;

/// <summary>An ordinary response; stalls and dribbles where a fault says so.</summary>
internal sealed class ResponseSink(PipeWriter writer, Fault? fault, TimeProvider time) : IByteSink
{
    private int _sent;
    private bool _stalled;

    public async ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        if (fault is { Kind: FaultKind.Dribble }) return await DribbleAsync(bytes, Math.Max(1, fault.AfterBytes), ct);
        if (fault is { Kind: FaultKind.StallAfterBytes } && !_stalled && _sent + bytes.Length >= fault.AfterBytes)
        {
            _stalled = true;
            var before = fault.AfterBytes - _sent;
            await PushAsync(bytes[..before], ct);
            await Task.Delay(TimeSpan.FromMilliseconds(fault.StallMs), time, ct);
            bytes = bytes[before..];
        }

        await PushAsync(bytes, ct);
        return true;
    }

    private async ValueTask<bool> DribbleAsync(ReadOnlyMemory<byte> bytes, int size, CancellationToken ct)
    {
        for (var at = 0; at < bytes.Length; at += size) await PushAsync(bytes.Slice(at, Math.Min(size, bytes.Length - at)), ct);
        return true;
    }

    private async ValueTask PushAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        _sent += bytes.Length;
        await writer.WriteAsync(bytes, ct);
    }
}

/// <summary>
/// Writes on the connection itself, so it can be broken after exactly so many bytes of the body: the server's own buffers would
/// make the place a matter of luck.
/// </summary>
internal sealed class BreakingSink(Socket socket, Rendered rendered, Fault fault) : IByteSink
{
    private readonly bool _chunked = rendered.IsStream;
    private int _left = fault.AfterBytes;
    private bool _headersSent;

    public async ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        if (!_headersSent)
        {
            _headersSent = true;
            await SendAsync(Encoding.ASCII.GetBytes(Head()), ct);
        }

        var now = bytes[..Math.Min(bytes.Length, _left)];
        _left -= now.Length;
        if (!now.IsEmpty)
        {
            if (_chunked) await SendAsync(Encoding.ASCII.GetBytes(now.Length.ToString("x", CultureInfo.InvariantCulture) + "\r\n"), ct);
            await SendAsync(now, ct);
            if (_chunked) await SendAsync("\r\n"u8.ToArray(), ct);
        }

        return _left > 0;
    }

    /// <summary>Ends the connection in the way of the fault.</summary>
    public static void Break(Socket socket, FaultKind kind)
    {
        if (kind == FaultKind.CloseAfterBytes)
        {
            socket.Shutdown(SocketShutdown.Send);
            return;
        }

        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
    }

    private string Head() =>
        $"HTTP/1.1 {rendered.Status} OK\r\nContent-Type: {rendered.ContentType}\r\n" +
        (_chunked ? "Transfer-Encoding: chunked\r\n\r\n" : $"Content-Length: {rendered.Body.WrittenCount}\r\n\r\n");

    private async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        while (!bytes.IsEmpty) bytes = bytes[await socket.SendAsync(bytes, ct)..];
    }
}
