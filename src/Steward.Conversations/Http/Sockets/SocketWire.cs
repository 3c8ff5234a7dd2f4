using System.Net.WebSockets;
using System.Text.Json;

namespace Steward.Conversations.Http.Sockets;

/// <summary>Why a socket is closed. The code stands in the close frame's reason.</summary>
internal sealed record SocketEnd(WebSocketCloseStatus Status, string Code)
{
    public static readonly SocketEnd Asked = new(WebSocketCloseStatus.NormalClosure, "");
    public static readonly SocketEnd Node = new(WebSocketCloseStatus.EndpointUnavailable, "node.draining");
    public static readonly SocketEnd Tenant = new(WebSocketCloseStatus.PolicyViolation, "tenant.suspended");
    public static readonly SocketEnd Gone = new(WebSocketCloseStatus.PolicyViolation, "conversation.unknown");
    public static readonly SocketEnd Renew = new(WebSocketCloseStatus.EndpointUnavailable, "socket.renew");
    public static readonly SocketEnd Slow = new((WebSocketCloseStatus)1013, "socket.slow");
    public static readonly SocketEnd TooLarge = new(WebSocketCloseStatus.MessageTooBig, "request.too_large");
    public static readonly SocketEnd Binary = new(WebSocketCloseStatus.InvalidMessageType, "socket.binary");
    public static readonly SocketEnd Failed = new(WebSocketCloseStatus.InternalServerError, "internal");
}

/// <summary>A frame from here to the reader.</summary>
internal sealed record OutFrame(string Type, long? Id = null, string? ClientId = null, object? Data = null);

/// <summary>One sender at a time, and none that waits for ever: a reader that takes nothing for a while is given up.</summary>
internal sealed class SocketWire(WebSocket socket) : IDisposable
{
    private static readonly TimeSpan SendWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan CloseWithin = TimeSpan.FromSeconds(2);
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly CancellationTokenSource _giveUp = new();

    public async Task SendAsync(OutFrame frame)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(frame, EventWire.Json);
        await _sending.WaitAsync(_giveUp.Token);
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                // To cancel a send is to end the connection: nothing may follow half a frame.
                using var late = CancellationTokenSource.CreateLinkedTokenSource(_giveUp.Token);
                late.CancelAfter(SendWithin);
                await socket.SendAsync(bytes, WebSocketMessageType.Text, endOfMessage: true, late.Token);
            }
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Says goodbye, and waits a little for the reader's own; then the connection ends either way.</summary>
    public async Task CloseAsync(SocketEnd end, Task heard)
    {
        _giveUp.CancelAfter(CloseWithin);
        try
        {
            await _sending.WaitAsync(_giveUp.Token);
            try
            {
                if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                {
                    await socket.CloseOutputAsync(end.Status, end.Code, _giveUp.Token);
                }
            }
            finally
            {
                _sending.Release();
            }

            await heard.WaitAsync(_giveUp.Token);
        }
        catch (Exception gone) when (gone is OperationCanceledException or WebSocketException or IOException or ObjectDisposedException)
        {
            // It has gone already, or does not answer.
        }

        socket.Abort();
    }

    public void Dispose()
    {
        _sending.Dispose();
        _giveUp.Dispose();
    }
}
