using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Steward.Platform.Access.Members;
using Steward.Platform.Limits;
using Steward.Platform.Paging;
using Steward.Platform.Problems;
using Steward.Platform.Starting;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Access.Invitations;

internal sealed record NewInvitation(string? Email, string? Role);

/// <param name="State">waiting or expired.</param>
internal sealed record InvitationAnswer(Guid Id, string Email, string Role, string State, DateTimeOffset ExpiresAt, DateTimeOffset CreatedAt);

/// <param name="Link">To be sent to the person; whoever has it joins.</param>
/// <param name="Token">The secret within the link; shown this once.</param>
/// <param name="Details">As lists show it.</param>
internal sealed record CreatedInvitation(string Link, string Token, InvitationAnswer Details);

/// <summary>Inviting people to the tenant.</summary>
internal static class InvitationEndpoints
{
    private const string List = "invitations";
    private const string Waiting = "waiting";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/invitations").WithTags("Members");
        group.MapPost("", CreateAsync).RequirePermission(Permissions.MembersWrite).WithName("Invite").WithSummary("Makes a link that lets one person join, for 7 days.");
        group.MapGet("", ListAsync).RequirePermission(Permissions.MembersRead).WithName("ListInvitations").WithSummary("Invitations that wait to be accepted, and those that have expired.");
        group.MapDelete("/{id:guid}", DeleteAsync).RequirePermission(Permissions.MembersWrite).WithName("WithdrawInvitation").WithSummary("Withdraws an invitation.");
        group.MapPost("/{token}/accept", AcceptInvitation.HandleAsync)
            .OpenToAnyone("The token in the address is the proof; the person has no account yet.")
            .LimitBy(RateRules.SignIn, http => new RateSubject(default, http.AddressKey()))
            .WithName("AcceptInvitation")
            .WithSummary("Joins the tenant and signs in; someone with an account gives its password.");
    }

    private static async Task<Results<Created<CreatedInvitation>, ProblemHttpResult>> CreateAsync(
        NewInvitation request, HttpContext http, InvitationStore store, SiteAddress site, CancellationToken ct)
    {
        if (!Inputs.IsEmail(request.Email))
        {
            return Inputs.BadEmail();
        }

        if (Roles.TryParse(request.Role) is not { } role)
        {
            return Inputs.BadRole();
        }

        var caller = http.Caller();
        if (!MemberRules.MayGive(caller, role))
        {
            return MemberEndpoints.AboveOwnRole();
        }

        var made = await store.CreateAsync(caller.Tenant, request.Email!, role, caller.Id, ct);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Created($"/api/invitations/{made.Row.Id:D}", Created(site, made));
    }

    private static async Task<Ok<Page<InvitationAnswer>>> ListAsync(
        int? limit, string? cursor, HttpContext http, InvitationStore store, TimeProvider time, CancellationToken ct)
    {
        var size = Page.Size(limit);
        var rows = await store.ListAsync(http.Caller().Tenant, Cursors.ReadTime(List, cursor), size, ct);
        var now = time.GetUtcNow();
        return TypedResults.Ok(Page.Of(rows.ConvertAll(row => Answer(row, row.ExpiresAt > now ? Waiting : "expired")), size, last => Cursors.Of(List, last.CreatedAt, last.Id)));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(Guid id, HttpContext http, InvitationStore store, CancellationToken ct) =>
        await store.DeleteAsync(http.Caller().Tenant, id, ct) ? TypedResults.NoContent() : NotFound();

    internal static CreatedInvitation Created(SiteAddress site, MadeInvitation made) =>
        new(InvitationToken.Link(site.Of(""), made.Shown), made.Shown, Answer(made.Row, Waiting));

    internal static ProblemHttpResult HasOwner() => Problem.Of(
        StatusCodes.Status409Conflict, "tenant.has_owner", "The tenant has an active owner, who invites whom it wants. Operators invite owners of tenants without one.");

    internal static ProblemHttpResult NotFound() => Problem.Of(
        StatusCodes.Status404NotFound, "invitation.not_found", "There is no such invitation: it was used, withdrawn or has expired. Ask for a new one.");

    private static InvitationAnswer Answer(InvitationRow row, string state) => new(row.Id, row.Email, row.Role.Name(), state, row.ExpiresAt, row.CreatedAt);
}
