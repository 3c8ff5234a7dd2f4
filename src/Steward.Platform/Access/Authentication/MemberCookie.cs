using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Steward.Platform.Access.Members;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Access.Authentication;

/// <summary>The cookie of a signed-in member: which member of which tenant, and the password's stamp at that time.</summary>
internal static class MemberCookie
{
    internal const string SchemeName = "member";
    private const string TenantClaim = "steward.tenant";
    private const string StampClaim = "steward.stamp";

    internal static void Configure(CookieAuthenticationOptions options)
    {
        options.Cookie.Name = "steward";
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.ExpireTimeSpan = TimeSpan.FromDays(14);
        options.SlidingExpiration = true;
        options.Events.OnValidatePrincipal = ValidateAsync;
    }

    /// <summary>Signs the member in, in the answer and for the rest of this request.</summary>
    internal static async Task SignInAsync(HttpContext http, SignedInMember member)
    {
        var identity = new ClaimsIdentity(
            [
                new Claim(ClaimTypes.NameIdentifier, member.Id.ToString("D")),
                new Claim(TenantClaim, member.Tenant.ToString()),
                new Claim(StampClaim, member.SecurityStamp),
                new Claim(AntiforgeryTokens.SessionClaim, RandomNumberGenerator.GetHexString(32)),
            ],
            SchemeName);
        http.User = new ClaimsPrincipal(identity);
        http.Features.Set(CallerOf(member));
        await http.SignInAsync(SchemeName, http.User);
    }

    internal static Caller CallerOf(SignedInMember member) =>
        new(member.Tenant, CallerKind.Member, member.Id, null, null, Permissions.Of(member.Role));

    private static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var http = context.HttpContext;
        if (await FindAsync(context.Principal!, http) is { Active: true } member
            && member.SecurityStamp == context.Principal!.FindFirstValue(StampClaim))
        {
            http.Features.Set(CallerOf(member));
            return;
        }

        http.Features.Set(AccessFailure.SessionEnded);
        context.RejectPrincipal();
        await http.SignOutAsync(SchemeName);
    }

    private static async ValueTask<SignedInMember?> FindAsync(ClaimsPrincipal principal, HttpContext http) =>
        Guid.TryParse(principal.FindFirstValue(TenantClaim), out var tenant)
        && Guid.TryParse(principal.FindFirstValue(ClaimTypes.NameIdentifier), out var member)
            ? await http.RequestServices.GetRequiredService<MemberCache>().FindAsync(new TenantId(tenant), member, http.RequestAborted)
            : null;
}
