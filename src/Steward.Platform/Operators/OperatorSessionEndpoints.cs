using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Steward.Platform.Access;
using Steward.Platform.Access.Authentication;
using Steward.Platform.Access.SignIn;
using Steward.Platform.Administration;
using Steward.Platform.Audit;
using Steward.Platform.Events;
using Steward.Platform.Limits;

namespace Steward.Platform.Operators;

internal sealed record OperatorSignIn(string? Email, string? Password);

internal sealed record OperatorPassword(string? Current, string? New);

/// <param name="AntiforgeryToken">Goes back in the header X-Steward-Antiforgery with every change.</param>
internal sealed record OperatorMe(Guid Id, string Email, string Name, IReadOnlyList<string> Permissions, string? AntiforgeryToken);

/// <summary>Signing operators in and out.</summary>
internal static class OperatorSessionEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/operator/auth").WithTags("Operators");
        group.MapPost("/sign-in", SignInAsync)
            .OpenToAnyone("Nobody has a session before signing in.")
            .LimitBy(RateRules.SignIn, http => new RateSubject(default, http.AddressKey()))
            .WithName("SignInOperator").WithSummary("Signs an operator of the installation in and sets the cookie.");
        group.MapPost("/sign-out", (Delegate)SignOutAsync).RequireOperator(Permissions.Operator.Self).NotAudited("It ends nothing but one's own session.").WithName("SignOutOperator").WithSummary("Ends the operator's session of this browser.");
        group.MapGet("/me", MeAsync).RequireOperator(Permissions.Operator.Self).WithName("OperatorMe").WithSummary("Which operator asks.");
        group.MapPost("/password", PasswordAsync).RequireOperator(Permissions.Operator.Self).WithName("ChangeOperatorPassword").WithSummary("Changes the operator's own password and ends all its other sessions.");
    }

    private static async Task<Results<Ok<OperatorMe>, ProblemHttpResult>> SignInAsync(
        OperatorSignIn request, HttpContext http, OperatorPeople people, OperatorStore store, FailedSignIns failed, OperatorAntiforgery antiforgery, CancellationToken ct)
    {
        if (http.Request.Headers.Origin.Count > 0 && !AntiforgeryTokens.IsOwnOrigin(http.Request))
        {
            return AccessFailure.Antiforgery.ToProblem();
        }

        if (await people.CheckAsync(request.Email ?? "", request.Password ?? "", ct) is not { } row)
        {
            failed.TryAdd(new FailedSignIn(request.Email ?? "", null, OfOperator: true, Actor.Current));
            return SignInEndpoints.WrongCredentials();
        }

        await store.SignedInAsync(row.Id, ct);
        await OperatorCookie.SignInAsync(http, row);
        return TypedResults.Ok(Describe(http, row, antiforgery));
    }

    private static async Task<NoContent> SignOutAsync(HttpContext http)
    {
        await http.SignOutAsync(OperatorCookie.SchemeName);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<OperatorMe>> MeAsync(HttpContext http, OperatorStore store, OperatorAntiforgery antiforgery, CancellationToken ct) =>
        TypedResults.Ok(Describe(http, (await store.FindAsync(http.Operator().Id, ct))!, antiforgery));

    private static async Task<Results<Ok<OperatorMe>, ProblemHttpResult>> PasswordAsync(
        OperatorPassword request, HttpContext http, OperatorStore store, OperatorPeople people, OperatorAntiforgery antiforgery, CancellationToken ct)
    {
        var known = (await store.FindAsync(http.Operator().Id, ct))!;
        if (await people.CheckAsync(known.Email, request.Current ?? "", ct) is not { } row)
        {
            return SignInEndpoints.WrongCredentials();
        }

        try
        {
            row = await people.SetPasswordAsync(row, request.New ?? "", ct);
        }
        catch (RefusedException refused)
        {
            return new InputFault(refused.Code, refused.Message).ToProblem();
        }

        await OperatorCookie.SignInAsync(http, row);
        return TypedResults.Ok(Describe(http, row, antiforgery));
    }

    private static OperatorMe Describe(HttpContext http, OperatorRow row, OperatorAntiforgery antiforgery)
    {
        http.Response.Headers.CacheControl = "no-store";
        return new OperatorMe(
            row.Id, row.Email, row.Name, [.. http.Operator().Permissions.Order(StringComparer.Ordinal)], antiforgery.Tokens.TokenFor(http.User));
    }
}
