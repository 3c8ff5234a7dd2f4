using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;

namespace Steward.Platform.Access.Authentication;

/// <summary>
/// A page signed in with the cookie proves with every change that it was allowed to read from this server: it sends back a
/// token bound to its session, and its Origin names this host. A foreign page can do neither.
/// </summary>
internal sealed class AntiforgeryTokens(IDataProtectionProvider protection, string purpose = "steward.antiforgery.1")
{
    internal const string Header = "X-Steward-Antiforgery";

    /// <summary>The claim that makes one sign-in different from the next.</summary>
    internal const string SessionClaim = "steward.session";

    private readonly IDataProtector protector = protection.CreateProtector(purpose);

    public string? TokenFor(ClaimsPrincipal user) => user.FindFirstValue(SessionClaim) is { } session ? protector.Protect(session) : null;

    public bool Allows(HttpContext http) => IsSafe(http.Request.Method) || (IsOwnOrigin(http.Request) && HasToken(http));

    /// <summary>Whether the Origin names this host. The scheme is left out: in front of Steward a proxy may end TLS.</summary>
    public static bool IsOwnOrigin(HttpRequest request) =>
        request.Headers.Origin is [{ } origin]
        && Uri.TryCreate(origin, UriKind.Absolute, out var uri)
        && string.Equals(uri.Authority, Authority(request.Host), StringComparison.OrdinalIgnoreCase);

    private static bool IsSafe(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    // A browser leaves the default port out of the Origin; a client may leave it in the Host.
    private static string Authority(HostString host) => host.Port is 80 or 443 ? host.Host : host.Value ?? "";

    private bool HasToken(HttpContext http)
    {
        if (http.Request.Headers[Header] is not [{ Length: > 0 } token] || http.User.FindFirstValue(SessionClaim) is not { } session)
        {
            return false;
        }

        try
        {
            return protector.Unprotect(token) == session;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
