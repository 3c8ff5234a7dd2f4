using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Steward.Conversations.Tests.Http;

/// <summary>A program at the other end of a conversation's socket.</summary>
internal sealed class Socket : IDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly byte[] _buffer = new byte[1 << 20];

    public WebSocketCloseStatus? Closed => _socket.CloseStatus;

    public string? Reason => _socket.CloseStatusDescription;

    public static async Task<Socket> OpenAsync(Site site, Guid conversation, string query = "")
    {
        var socket = new Socket();
        var address = new UriBuilder(site.Client.BaseAddress!) { Scheme = "ws", Path = $"/api/conversations/{conversation}/socket", Query = query };
        socket._socket.Options.CollectHttpResponseDetails = true;
        try
        {
            await socket._socket.ConnectAsync(address.Uri, CancellationToken.None);
            (await socket.NextAsync())!.Value.GetProperty("type").GetString().ShouldBe("open");
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public Task SendAsync(object frame) => SendAsync(JsonSerializer.Serialize(frame));

    public Task SendAsync(string text, WebSocketMessageType type = WebSocketMessageType.Text)
        => _socket.SendAsync(Encoding.UTF8.GetBytes(text), type, endOfMessage: true, CancellationToken.None);

    /// <summary>The next frame, or null when the server closed.</summary>
    public async Task<JsonElement?> NextAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var length = 0;
        while (true)
        {
            var part = await _socket.ReceiveAsync(_buffer.AsMemory(length), patience.Token);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", patience.Token);
                return null;
            }

            length += part.Count;
            if (part.EndOfMessage)
            {
                return JsonElement.Parse(_buffer.AsSpan(0, length));
            }
        }
    }

    /// <summary>Reads on to the first frame of a type.</summary>
    public async Task<JsonElement> UntilAsync(string type) => (await ReadUntilAsync(type))[^1];

    /// <summary>Every frame up to the first of a type.</summary>
    public async Task<List<JsonElement>> ReadUntilAsync(string type, Func<JsonElement, bool>? which = null)
    {
        var heard = new List<JsonElement>();
        while (true)
        {
            var frame = await NextAsync() ?? throw new InvalidOperationException($"The server closed: {Closed} {Reason}");
            heard.Add(frame);
            if (frame.GetProperty("type").GetString() == type && (which is null || which(frame)))
            {
                return heard;
            }
        }
    }

    /// <summary>Reads on until the server closes.</summary>
    public async Task<(WebSocketCloseStatus? Status, string? Reason)> ClosedAsync()
    {
        while (await NextAsync() is not null)
        {
        }

        return (Closed, Reason);
    }

    public Task CloseAsync() => _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);

    public void Dispose() => _socket.Dispose();
}
