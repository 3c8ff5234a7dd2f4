using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Steward.Platform.Access.Keys;
using Steward.Platform.Access.Visitors;

namespace Steward.Platform.Access.Authentication;

/// <summary>Callers with <c>Authorization: Bearer</c>: a visitor's token or an API key, told apart by their first letters. Anthropic's clients send their key
/// as <c>x-api-key</c>; on <c>/v1</c> that is the same.</summary>
internal sealed class BearerHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, ApiKeyCache keys, VisitorTokens visitors)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    internal const string SchemeName = "bearer";
    private const string Start = "Bearer ";
    private const string KeyHeader = "x-api-key";

    internal static bool Has(HttpContext http) => Token(http) is not null;

    private static string? Token(HttpContext http)
    {
        var request = http.Request;
        if (request.Headers.Authorization is [{ } value] && value.StartsWith(Start, StringComparison.OrdinalIgnoreCase)) return value[Start.Length..].Trim();
        if (request.Path.StartsWithSegments("/v1", StringComparison.Ordinal) && request.Headers[KeyHeader] is [{ Length: > 0 } key]) return key.Trim();
        return SocketCredentials.Token(http);
    }

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var token = Token(Context)!;
        return token.StartsWith(VisitorTokens.Prefix, StringComparison.Ordinal)
            ? Visitor(token)
            : await keys.FindAsync(token, Context.RequestAborted) is { } caller ? Success(caller) : Failure(AccessFailure.InvalidKey);
    }

    private AuthenticateResult Visitor(string token) => visitors.Read(token, out var visitor) switch
    {
        VisitorTokenState.Good => Success(new Caller(
            visitor!.Tenant, CallerKind.Visitor, visitor.ContactId, visitor.ContactId, visitor.ChannelId, Permissions.Visitor)),
        VisitorTokenState.Expired => Failure(AccessFailure.TokenExpired),
        VisitorTokenState.Erased => Failure(AccessFailure.ContactErased),
        _ => Failure(AccessFailure.InvalidKey),
    };

    private AuthenticateResult Success(Caller caller)
    {
        Context.Features.Set(caller);
        var identity = new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, caller.Id.ToString("D"))], SchemeName);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
    }

    private AuthenticateResult Failure(AccessFailure failure)
    {
        Context.Features.Set(failure);
        return AuthenticateResult.Fail(failure.Code);
    }
}
