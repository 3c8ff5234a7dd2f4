using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Logging;
using Steward.Conversations.Intake;
using Steward.Conversations.Live;
using Steward.Platform.Access;
using Steward.Platform.Problems;

namespace Steward.Conversations.Http.Sockets;

/// <summary>The event stream of one conversation as a WebSocket that also takes messages in. Who may open it is decided before it opens.</summary>
internal static class SocketEndpoint
{
    /// <summary>The subprotocol to offer; a browser that offers its token must offer this too.</summary>
    internal const string Protocol = "steward.1";

    private static readonly TimeSpan Ping = TimeSpan.FromSeconds(15);

    public static async Task<Results<EmptyHttpResult, ProblemHttpResult>> OpenAsync(
        Guid id, HttpContext http, ConversationLive live, ConversationIntake intake, OpenReaders open, IMemberNames names, ConversationSettings settings, TimeProvider time,
        ILogger<SocketSession> log, CancellationToken ct, long? after = null)
    {
        var caller = http.Caller();
        using var place = open.Enter(caller);
        // As for the stream: an unknown conversation is a problem document, and nothing is missed that is said once the socket is open.
        using var seat = await live.JoinAsync(caller.Viewer(), id, ct);
        if (!http.WebSockets.IsWebSocketRequest)
        {
            http.Response.Headers.Upgrade = "websocket";
            return Problem.Of(StatusCodes.Status426UpgradeRequired, "socket.upgrade", "This address opens a WebSocket. Read the events at the same address with /events at its end.");
        }

        var offered = http.WebSockets.WebSocketRequestedProtocols.Contains(Protocol);
        using var socket = await http.WebSockets.AcceptWebSocketAsync(
            new WebSocketAcceptContext { SubProtocol = offered ? Protocol : null, KeepAliveInterval = Ping, KeepAliveTimeout = Ping });
        var wire = new SocketWire(socket);
        var inlet = new SocketInlet(http, id, intake, wire, settings, time, log);
        await new SocketSession(socket, wire, inlet, caller, names, settings, time, log).RunAsync(live, seat, after, place, ct);
        return TypedResults.Empty;
    }
}
