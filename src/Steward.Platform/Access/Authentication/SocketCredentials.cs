using Microsoft.AspNetCore.Http;

namespace Steward.Platform.Access.Authentication;

/// <summary>
/// How the opener of a WebSocket proves who it is. A page can set no header on it, so that its token may stand among the subprotocols:
/// never in the address, which is written to logs. The token is not echoed.
/// </summary>
internal static class SocketCredentials
{
    private const string Start = "bearer.";

    /// <summary>The token among the subprotocols; null when the request opens no socket or names none.</summary>
    public static string? Token(HttpContext http) =>
        http.WebSockets.IsWebSocketRequest
        && http.WebSockets.WebSocketRequestedProtocols.FirstOrDefault(static offered => offered.StartsWith(Start, StringComparison.Ordinal)) is { } token
            ? token[Start.Length..]
            : null;

    /// <summary>
    /// No rule of the browser keeps a foreign page from opening a socket with a cookie, so an Origin must be this site's own, and a cookie never
    /// comes without one.
    /// </summary>
    public static bool MayOpen(HttpRequest request, CallerKind caller) =>
        request.Headers.Origin.Count == 0 ? caller != CallerKind.Member : AntiforgeryTokens.IsOwnOrigin(request);
}
