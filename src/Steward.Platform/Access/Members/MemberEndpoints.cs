using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Steward.Platform.Paging;
using Steward.Platform.Problems;

namespace Steward.Platform.Access.Members;

internal sealed record MemberAnswer(Guid Id, string Email, bool EmailVerified, string Name, string Role, string State, int Version, DateTimeOffset CreatedAt);

internal sealed record MemberPatch(string? Name, string? Role, string? State);

/// <summary>The people of the tenant.</summary>
internal static class MemberEndpoints
{
    private const string List = "members";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/members").WithTags("Members");
        group.MapGet("", ListAsync).RequirePermission(Permissions.MembersRead).WithName("ListMembers").WithSummary("The tenant's members.");
        group.MapGet("/{id:guid}", GetAsync).RequirePermission(Permissions.MembersRead).WithName("GetMember").WithSummary("One member.");
        group.MapPatch("/{id:guid}", PatchAsync).RequirePermission(Permissions.MembersWrite).RequireIfMatch().WithName("ChangeMember").WithSummary("Changes name, role or state; needs If-Match.");
        group.MapDelete("/{id:guid}", DeleteAsync).RequirePermission(Permissions.MembersWrite).WithName("RemoveMember").WithSummary("Removes a member; the last owner stays.");
    }

    private static async Task<Ok<Page<MemberAnswer>>> ListAsync(int? limit, string? cursor, HttpContext http, MemberStore store, CancellationToken ct)
    {
        var size = Page.Size(limit);
        var rows = await store.ListAsync(http.Caller().Tenant, Cursors.ReadTime(List, cursor), size, ct);
        return TypedResults.Ok(Page.Of(rows.ConvertAll(Answer), size, last => Cursors.Of(List, last.CreatedAt, last.Id)));
    }

    private static async Task<Results<Ok<MemberAnswer>, ProblemHttpResult>> GetAsync(Guid id, HttpContext http, MemberStore store, CancellationToken ct) =>
        await store.FindAsync(http.Caller().Tenant, id, ct) is { } row ? Tagged(http, row) : NotFound();

    private static async Task<Results<Ok<MemberAnswer>, ProblemHttpResult>> PatchAsync(
        Guid id, MemberPatch patch, HttpContext http, MemberStore store, CancellationToken ct)
    {
        if (Check(patch) is { } wrong)
        {
            return wrong;
        }

        var (caller, versions) = (http.Caller(), http.ExpectedVersions());
        var change = await store.ChangeAsync(
            caller.Tenant,
            id,
            (before, owners) =>
            {
                var after = before with
                {
                    Name = patch.Name?.Trim() ?? before.Name,
                    Role = Roles.TryParse(patch.Role) ?? before.Role,
                    Active = patch.State is null ? before.Active : patch.State == "active",
                };
                var seen = versions is null || versions.Contains(before.Version);
                return (seen ? MemberRules.Decide(caller, before.Standing, after.Standing, owners) : MemberRefusal.Stale, after);
            },
            ct);
        return Refused(change) is { } refused ? refused : Tagged(http, change.After!);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(Guid id, HttpContext http, MemberStore store, CancellationToken ct)
    {
        var caller = http.Caller();
        var change = await store.ChangeAsync(
            caller.Tenant, id, (before, owners) => (MemberRules.Decide(caller, before.Standing, null, owners), null), ct);
        return Refused(change) is { } refused ? refused : TypedResults.NoContent();
    }

    private static ProblemHttpResult? Check(MemberPatch patch) =>
        patch.Name is not null && !Inputs.IsName(patch.Name) ? Inputs.BadName()
        : patch.Role is not null && Roles.TryParse(patch.Role) is null ? Inputs.BadRole()
        : patch.State is not (null or "active" or "suspended")
            ? Problem.Of(StatusCodes.Status422UnprocessableEntity, "input.state", "The state is active or suspended.")
            : null;

    private static ProblemHttpResult? Refused(MemberChange change) => change switch
    {
        { Before: null } => NotFound(),
        { Refusal: MemberRefusal.AboveOwnRole } => AboveOwnRole(),
        { Refusal: MemberRefusal.LastOwner } => Problem.Of(
            StatusCodes.Status409Conflict, "member.last_owner", "A tenant always has an active owner. Make someone else an owner first."),
        { Refusal: MemberRefusal.Stale } => IfMatch.Failed(),
        _ => null,
    };

    internal static ProblemHttpResult AboveOwnRole() =>
        Problem.Of(StatusCodes.Status403Forbidden, "member.above_own_role", "Nobody gives, takes or changes a role above their own. Ask someone who holds it.");

    private static ProblemHttpResult NotFound() =>
        Problem.Of(StatusCodes.Status404NotFound, "member.not_found", "There is no such member.");

    private static Ok<MemberAnswer> Tagged(HttpContext http, MemberRow row)
    {
        http.SetETag(row.Version);
        return TypedResults.Ok(Answer(row));
    }

    private static MemberAnswer Answer(MemberRow row) =>
        new(row.Id, row.Email, row.EmailVerified, row.Name, row.Role.Name(), row.Active ? "active" : "suspended", row.Version, row.CreatedAt);
}
