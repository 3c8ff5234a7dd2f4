using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Steward.Platform.Access;
using Steward.Platform.Access.Accounts;
using Steward.Platform.Access.Authentication;
using Steward.Platform.Access.Invitations;
using Steward.Platform.Access.SignIn;
using Steward.Platform.Limits;
using Steward.Platform.Problems;
using Steward.Platform.Tenancy.Administration;
using Steward.Platform.Tenancy.Profile;

namespace Steward.Platform.Registrations;

/// <param name="Name">The tenant's.</param>
internal sealed record NewRegistration(string? Email, string? Name, string? TimeZone, string? Locale, string? Currency);

/// <param name="Message">The same whether the address is known or not.</param>
internal sealed record RegistrationAnswer(string Message);

/// <summary>Strangers make a tenant of their own, where the installation allows it: first a mail, then the tenant.</summary>
internal static class RegistrationEndpoints
{
    internal const string AddressRule = "registration";
    internal const string MailRule = "registration_mail";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/registrations").WithTags("Registration");
        group.MapPost("", RegisterAsync)
            .OpenToAnyone("Who registers has no account yet; it is off unless the installation switches it on.")
            .LimitBy(AddressRule, http => new RateSubject(default, http.AddressKey()))
            .WithName("Register").WithSummary("Asks for a tenant of one's own; a mail brings the link that makes it.");
        group.MapPost("/{token}/confirm", ConfirmAsync)
            .OpenToAnyone("The token in the address is the proof; the person may have no account yet.")
            .LimitBy(RateRules.SignIn, http => new RateSubject(default, http.AddressKey()))
            .WithName("ConfirmRegistration").WithSummary("Makes the tenant and its owner and signs in; someone with an account gives its password.");
    }

    private static async Task<Results<Accepted<RegistrationAnswer>, ProblemHttpResult>> RegisterAsync(
        NewRegistration request, RegistrationSettings settings, RegistrationStore store, IRateLimits limits, CancellationToken ct)
    {
        if (settings.PublicAddress is null)
        {
            return Problem.Of(StatusCodes.Status403Forbidden, "registration.off", "This installation's operator creates the tenants. Ask there.");
        }

        var wanted = new NewTenant(null, request.Name, request.Email, request.TimeZone, request.Locale, request.Currency);
        if (TenantAdministration.Check(wanted) is { } fault)
        {
            return fault.ToProblem();
        }

        // Many addresses of the network must not fill one mailbox. Nothing tells the caller, as nothing tells whether the address is known.
        var verdict = await limits.TryTakeAsync(default, MailRule, wanted.OwnerEmail!.ToUpperInvariant(), ct);
        if (verdict.Allowed)
        {
            await store.AddAsync(
                new RegistrationRow(
                    Guid.CreateVersion7(), wanted.OwnerEmail!, wanted.Name!.Trim(), wanted.TimeZone ?? "UTC", TenantInputs.Locale(wanted.Locale) ?? "en", wanted.Currency ?? "USD"),
                ct);
        }

        return TypedResults.Accepted((string?)null, new RegistrationAnswer("A mail with a link that makes the tenant is on its way. It can be used for 24 hours."));
    }

    private static async Task<Results<Ok<Me>, ProblemHttpResult>> ConfirmAsync(
        string token, AcceptRequest request, HttpContext http, RegistrationStore store, Passwords passwords, Session session, CancellationToken ct)
    {
        if (http.Request.Headers.Origin.Count > 0 && !AntiforgeryTokens.IsOwnOrigin(http.Request))
        {
            return AccessFailure.Antiforgery.ToProblem();
        }

        if (await store.FindAsync(token, ct) is not { } registration)
        {
            return NotFound();
        }

        if (!Inputs.IsName(request.Name))
        {
            return Inputs.BadName();
        }

        var person = await AcceptInvitation.PersonAsync(passwords, registration.Email, request.Password, ct);
        if (person.Account is null)
        {
            return person.Refusal!;
        }

        return await store.ConfirmAsync(registration, person.Account, person.IsNew, request.Name!.Trim(), ct) is { } made
            ? TypedResults.Ok(await session.BeginAsync(http, made.Tenant, made.Member, ct))
            : NotFound();
    }

    private static ProblemHttpResult NotFound() => Problem.Of(
        StatusCodes.Status404NotFound, "registration.not_found", "There is no such registration: it was used or has expired. Register again.");
}
