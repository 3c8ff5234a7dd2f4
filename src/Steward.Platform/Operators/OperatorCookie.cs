using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Steward.Platform.Access;
using Steward.Platform.Access.Authentication;

namespace Steward.Platform.Operators;

/// <summary>
/// The cookie of a signed-in operator. Browsers send it to the operators' addresses only; no other endpoint reads it, and these read no
/// other credential.
/// </summary>
internal static class OperatorCookie
{
    internal const string SchemeName = "operator";
    private const string StampClaim = "steward.stamp";

    internal static void Configure(CookieAuthenticationOptions options)
    {
        options.Cookie.Name = "steward-operator";
        options.Cookie.Path = "/api/operator";
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Strict;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.ExpireTimeSpan = TimeSpan.FromHours(8);
        options.SlidingExpiration = true;
        options.Events.OnValidatePrincipal = ValidateAsync;
    }

    /// <summary>Signs the operator in, in the answer and for the rest of this request.</summary>
    internal static async Task SignInAsync(HttpContext http, OperatorRow row)
    {
        var identity = new ClaimsIdentity(
            [
                new Claim(ClaimTypes.NameIdentifier, row.Id.ToString("D")),
                new Claim(StampClaim, row.SecurityStamp),
                new Claim(AntiforgeryTokens.SessionClaim, RandomNumberGenerator.GetHexString(32)),
            ],
            SchemeName);
        http.User = new ClaimsPrincipal(identity);
        http.Features.Set(CallerOf(row));
        await http.SignInAsync(SchemeName, http.User);
    }

    // Asked of the database each time: operators are few, and one that was removed is out at once.
    private static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var http = context.HttpContext;
        if (Guid.TryParse(context.Principal!.FindFirstValue(ClaimTypes.NameIdentifier), out var id)
            && await http.RequestServices.GetRequiredService<OperatorStore>().FindAsync(id, http.RequestAborted) is { } row
            && row.SecurityStamp == context.Principal!.FindFirstValue(StampClaim))
        {
            http.Features.Set(CallerOf(row));
            return;
        }

        http.Features.Set(new OperatorSessionEnded());
        context.RejectPrincipal();
        await http.SignOutAsync(SchemeName);
    }

    private static OperatorCaller CallerOf(OperatorRow row) => new(row.Id, Permissions.Operator.All);
}

/// <summary>The request came with an operator's cookie that is good no more.</summary>
internal sealed record OperatorSessionEnded;
