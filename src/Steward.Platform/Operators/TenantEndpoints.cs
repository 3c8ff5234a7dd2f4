using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Steward.Platform.Access;
using Steward.Platform.Access.Invitations;
using Steward.Platform.Paging;
using Steward.Platform.Problems;
using Steward.Platform.Starting;
using Steward.Platform.Tenancy;
using Steward.Platform.Tenancy.Administration;
using Steward.Platform.Tenancy.Lifecycle;
using Steward.Platform.Tenancy.Profile;

namespace Steward.Platform.Operators;

/// <param name="EraseAt">While it is being deleted: until when that can be undone.</param>
internal sealed record TenantAnswer(
    Guid Id, string Name, string State, string TimeZone, string Locale, string Currency, int Version, DateTimeOffset CreatedAt, DateTimeOffset StateChangedAt,
    DateTimeOffset? EraseAt);

/// <param name="OwnerInvitation">To be sent to the first owner.</param>
internal sealed record CreatedTenant(TenantAnswer Tenant, CreatedInvitation OwnerInvitation);

internal sealed record TenantPatch(string? Name);

internal sealed record OwnerInvitation(string? Email);

/// <summary>The tenants of the installation, for its operators.</summary>
internal static class TenantEndpoints
{
    private const string List = "tenants";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/operator/tenants").WithTags("Operators");
        group.MapPost("", CreateAsync).RequireOperator(Permissions.Operator.TenantsWrite).WithName("CreateTenant")
            .WithSummary("Creates a tenant and a link that lets its first owner join. An id of the caller's own makes it safe to repeat.");
        group.MapGet("", ListAsync).RequireOperator(Permissions.Operator.TenantsRead).WithName("ListTenants").WithSummary("Tenants, oldest first, optionally of one state.");
        group.MapGet("/{id:guid}", GetAsync).RequireOperator(Permissions.Operator.TenantsRead).WithName("GetTenant").WithSummary("One tenant.");
        group.MapPatch("/{id:guid}", PatchAsync).RequireOperator(Permissions.Operator.TenantsWrite).RequireIfMatch().WithName("RenameTenant").WithSummary("Changes a tenant's name; needs If-Match.");
        group.MapPost("/{id:guid}/owner-invitations", InviteAsync).RequireOperator(Permissions.Operator.TenantsWrite).WithName("InviteOwner")
            .WithSummary("Makes another link that lets an owner join; only of a tenant without an active owner.");
        Act(group.MapPost("/{id:guid}/suspend", (Guid id, HttpContext http, TenantLifecycle life, CancellationToken ct) => ActAsync(TenantAct.Suspend, id, http, life, ct)))
            .WithName("SuspendTenant").WithSummary("Stops a tenant: all its calls are refused and its work waits; needs If-Match.");
        Act(group.MapPost("/{id:guid}/resume", (Guid id, HttpContext http, TenantLifecycle life, CancellationToken ct) => ActAsync(TenantAct.Resume, id, http, life, ct)))
            .WithName("ResumeTenant").WithSummary("Lets a stopped tenant go on; needs If-Match.");
        Act(group.MapDelete("/{id:guid}", (Guid id, HttpContext http, TenantLifecycle life, CancellationToken ct) => ActAsync(TenantAct.Delete, id, http, life, ct)))
            .WithName("DeleteTenant").WithSummary("Stops a tenant and erases it after its time of grace; needs If-Match.");
        Act(group.MapPost("/{id:guid}/undelete", (Guid id, HttpContext http, TenantLifecycle life, CancellationToken ct) => ActAsync(TenantAct.Undelete, id, http, life, ct)))
            .WithName("UndeleteTenant").WithSummary("Undoes a deletion during its time of grace; needs If-Match.");
    }

    private static RouteHandlerBuilder Act(RouteHandlerBuilder route) => route.RequireOperator(Permissions.Operator.TenantsWrite).RequireIfMatch();

    private static async Task<Results<Created<CreatedTenant>, ProblemHttpResult>> CreateAsync(
        NewTenant request, HttpContext http, TenantAdministration administration, SiteAddress site, CancellationToken ct)
    {
        if (TenantAdministration.Check(request) is { } fault)
        {
            return fault.ToProblem();
        }

        if (await administration.CreateAsync(request, http.Operator().Id, ct) is not { } made)
        {
            return Problem.Of(StatusCodes.Status409Conflict, "tenant.exists", "There is a tenant of this id. Read it before you create it again.");
        }

        http.Response.Headers.CacheControl = "no-store";
        http.SetETag(made.Tenant.Version);
        return TypedResults.Created(
            $"/api/operator/tenants/{made.Tenant.Id}", new CreatedTenant(Answer(made.Tenant), InvitationEndpoints.Created(site, made.Invitation)));
    }

    private static async Task<Results<Ok<Page<TenantAnswer>>, ProblemHttpResult>> ListAsync(
        int? limit, string? cursor, string? state, TenantAdministration administration, CancellationToken ct)
    {
        if (state is not (null or LifecycleRules.Active or LifecycleRules.Suspended or LifecycleRules.Deleting))
        {
            return Problem.Of(StatusCodes.Status400BadRequest, "request.parameter", "'state' is one of: active, suspended, deleting.");
        }

        var size = Page.Size(limit);
        var rows = await administration.ListAsync(state, Cursors.ReadTime(List, cursor), size, ct);
        return TypedResults.Ok(Page.Of(rows.ConvertAll(Answer), size, last => Cursors.Of(List, last.CreatedAt, last.Id)));
    }

    private static async Task<Results<Ok<TenantAnswer>, ProblemHttpResult>> GetAsync(Guid id, HttpContext http, ITenants tenants, CancellationToken ct) =>
        id != Guid.Empty && await tenants.FindAsync(new TenantId(id), ct) is { } tenant ? Tagged(http, tenant) : NotFound();

    private static async Task<Results<Ok<TenantAnswer>, ProblemHttpResult>> PatchAsync(
        Guid id, TenantPatch patch, HttpContext http, TenantAdministration administration, CancellationToken ct)
    {
        if (TenantInputs.CheckName(patch.Name) is { } fault)
        {
            return fault.ToProblem();
        }

        return id == Guid.Empty || await administration.RenameAsync(new TenantId(id), patch.Name!.Trim(), http.ExpectedVersions(), http.Operator().Id, ct) is not { } outcome ? NotFound()
            : outcome.Changed ? Tagged(http, outcome.Tenant)
            : IfMatch.Failed();
    }

    private static async Task<Results<Created<CreatedInvitation>, ProblemHttpResult>> InviteAsync(
        Guid id, OwnerInvitation request, HttpContext http, ITenants tenants, OwnersFromOutside owners, SiteAddress site, CancellationToken ct)
    {
        if (!Inputs.IsEmail(request.Email))
        {
            return Inputs.BadEmail();
        }

        if (id == Guid.Empty || await tenants.FindAsync(new TenantId(id), ct) is not { } tenant)
        {
            return NotFound();
        }

        if (await owners.InviteByOperatorAsync(tenant.Id, request.Email!, http.Operator().Id, ct) is not { } made)
        {
            return InvitationEndpoints.HasOwner();
        }

        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Created((string?)null, InvitationEndpoints.Created(site, made));
    }

    private static async Task<Results<Ok<TenantAnswer>, ProblemHttpResult>> ActAsync(TenantAct act, Guid id, HttpContext http, TenantLifecycle lifecycle, CancellationToken ct)
    {
        if (id == Guid.Empty)
        {
            return NotFound();
        }

        var (tenant, refusal) = await lifecycle.DoAsync(new TenantId(id), act, http.ExpectedVersions(), http.Operator().Id, ct);
        return refusal switch
        {
            LifecycleRefusal.None => Tagged(http, tenant!),
            LifecycleRefusal.NotFound => NotFound(),
            LifecycleRefusal.Stale => IfMatch.Failed(),
            LifecycleRefusal.Erasing => Problem.Of(StatusCodes.Status409Conflict, "tenant.erasing", "The time of grace has ended and the tenant is being erased. It is too late."),
            _ => Problem.Of(StatusCodes.Status409Conflict, "tenant.state", $"The tenant is {tenant!.State}; that cannot be done to it now."),
        };
    }

    private static ProblemHttpResult NotFound() => Problem.Of(StatusCodes.Status404NotFound, "tenant.not_found", "There is no such tenant, or it was erased.");

    private static Ok<TenantAnswer> Tagged(HttpContext http, Tenant tenant)
    {
        http.SetETag(tenant.Version);
        return TypedResults.Ok(Answer(tenant));
    }

    private static TenantAnswer Answer(Tenant tenant) => new(
        tenant.Id.Value, tenant.Name, tenant.State, tenant.TimeZone, tenant.Locale, tenant.Currency, tenant.Version, tenant.CreatedAt, tenant.StateChangedAt, tenant.EraseAt);
}
