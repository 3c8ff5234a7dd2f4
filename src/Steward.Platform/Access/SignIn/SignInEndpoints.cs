using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Steward.Platform.Access.Accounts;
using Steward.Platform.Access.Authentication;
using Steward.Platform.Audit;
using Steward.Platform.Events;
using Steward.Platform.Limits;
using Steward.Platform.Problems;
using Steward.Platform.Tenancy;
using Steward.Platform.Tenancy.Standings;

namespace Steward.Platform.Access.SignIn;

/// <param name="TenantId">Which of the account's tenants; without it the one joined first.</param>
internal sealed record SignInRequest(string? Email, string? Password, Guid? TenantId);

/// <summary>Signing in and out with e-mail and password.</summary>
internal static class SignInEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/auth").WithTags("Session");
        group.MapPost("/sign-in", SignInAsync)
            .OpenToAnyone("Nobody has a session before signing in.")
            .LimitBy(RateRules.SignIn, http => new RateSubject(default, http.AddressKey()))
            .WithName("SignIn")
            .WithSummary("Signs a member in and sets the cookie.");
        group.MapPost("/sign-out", (Delegate)SignOutAsync).RequirePermission(Permissions.Self).NotAudited("It ends nothing but one's own session.").WithName("SignOut").WithSummary("Ends the session of this browser.");
        group.MapGet("/me", MeAsync).RequirePermission(Permissions.Self).WithName("Me").WithSummary("Who the caller is and what it may do.");
    }

    internal static ProblemHttpResult WrongCredentials() => Problem.Of(
        StatusCodes.Status401Unauthorized,
        "auth.credentials",
        "E-mail and password do not fit, or the account rests: after five wrong attempts it does for 15 minutes.");

    private static async Task<Results<Ok<Me>, ProblemHttpResult>> SignInAsync(
        SignInRequest request, HttpContext http, Passwords passwords, Session session, FailedSignIns failed, ITenantStandings standings, CancellationToken ct)
    {
        // A foreign page must not sign its visitor in to an account of its own choosing.
        if (http.Request.Headers.Origin.Count > 0 && !AntiforgeryTokens.IsOwnOrigin(http.Request))
        {
            return AccessFailure.Antiforgery.ToProblem();
        }

        if (await passwords.CheckAsync(request.Email ?? "", request.Password ?? "", ct) is not { } account)
        {
            failed.TryAdd(new FailedSignIn(request.Email ?? "", request.TenantId, OfOperator: false, Actor.Current));
            return WrongCredentials();
        }

        var memberships = await session.MembershipsAsync(account.Id, ct);
        var allowed = memberships.FindAll(membership => request.TenantId is null || membership.Tenant.Value == request.TenantId);
        if (allowed.Count == 0)
        {
            return Problem.Of(StatusCodes.Status403Forbidden, "auth.no_membership", "This account is no active member of such a tenant. Ask for an invitation.");
        }

        // The first that is not stopped; when all are, why.
        var chosen = allowed.Find(membership => standings.Allows(membership.Tenant));
        return chosen.Member == Guid.Empty
            ? StoppedTenants.Refusal(standings.Of(allowed[0].Tenant))!.ToProblem()
            : TypedResults.Ok(await session.SignInAsync(http, chosen.Tenant, chosen.Member, ct));
    }

    private static async Task<NoContent> SignOutAsync(HttpContext http)
    {
        await http.SignOutAsync(MemberCookie.SchemeName);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<Me>> MeAsync(HttpContext http, Session session, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(await session.DescribeAsync(http, ct));
    }
}
