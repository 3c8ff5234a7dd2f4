using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Steward.Platform.Access;
using Steward.Platform.Audit;
using Steward.Platform.Paging;
using Steward.Platform.Problems;

namespace Steward.Platform.Notices;

/// <param name="Kind">alert, approval, handoff or system.</param>
/// <param name="Topic">What happened.</param>
/// <param name="Severity">info, warning or urgent.</param>
/// <param name="Subject">What it is about: a conversation, a mail.</param>
/// <param name="Times">How often it happened within the window.</param>
/// <param name="Read">Whether the caller has read it.</param>
internal sealed record NoticeAnswer(Guid Id, string Kind, string Topic, string Severity, Guid? Subject, string? Code, long Times, bool Read, DateTimeOffset CreatedAt);

/// <param name="Unread">How many the caller has not read; counted up to 100.</param>
internal sealed record NoticeCount(int Unread);

/// <param name="Until">Only those up to this time; without it all up to now.</param>
internal sealed record ReadRequest(DateTimeOffset? Until);

/// <summary>Notices on the dashboard.</summary>
internal static class NoticeEndpoints
{
    private const string List = "notices";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/notices").WithTags("Notices");
        group.MapGet("", ListAsync).RequirePermission(Permissions.NoticesRead).WithName("ListNotices").WithSummary("What the caller must know, newest first; unread=true leaves out what it has read.");
        group.MapGet("/count", CountAsync).RequirePermission(Permissions.NoticesRead).WithName("CountNotices").WithSummary("How many notices the caller has not read.");
        group.MapPost("/read", ReadAllAsync).RequirePermission(Permissions.NoticesRead).NotAudited("A mark that only the reader sees.").WithName("ReadNotices").WithSummary("Marks all notices as read.");
        group.MapPut("/{id:guid}/read", ReadAsync).RequirePermission(Permissions.NoticesRead).NotAudited("A mark that only the reader sees.").WithName("ReadNotice").WithSummary("Marks a notice as read.");
        group.MapDelete("/{id:guid}/read", UnreadAsync).RequirePermission(Permissions.NoticesRead).NotAudited("A mark that only the reader sees.").WithName("UnreadNotice").WithSummary("Marks a notice as unread again.");
        PreferenceEndpoints.Map(group);
    }

    private static async Task<Results<Ok<Page<NoticeAnswer>>, ProblemHttpResult>> ListAsync(
        bool? unread, string? kind, int? limit, string? cursor, HttpContext http, NoticeStore store, CancellationToken ct)
    {
        if (kind is not null && !NoticeKinds.All.Contains(kind))
        {
            return PreferenceEndpoints.UnknownKind();
        }

        var (caller, size) = (http.Caller(), Page.Size(limit));
        var kinds = NoticeRules.KindsFor(caller);
        var rows = await store.ListAsync(
            caller.Tenant, caller.Id, kind is null ? kinds : [.. kinds.Where(k => k == kind)], unread == true, Cursors.ReadTime(List, cursor), size, ct);
        return TypedResults.Ok(Page.Of(rows.ConvertAll(Answer), size, last => Cursors.Of(List, last.CreatedAt, last.Id)));
    }

    private static async Task<Ok<NoticeCount>> CountAsync(HttpContext http, NoticeStore store, CancellationToken ct)
    {
        var caller = http.Caller();
        return TypedResults.Ok(new NoticeCount(await store.UnreadAsync(caller.Tenant, caller.Id, NoticeRules.KindsFor(caller), ct)));
    }

    private static async Task<NoContent> ReadAllAsync(ReadRequest? request, HttpContext http, NoticeStore store, TimeProvider time, CancellationToken ct)
    {
        var caller = http.Caller();
        await store.MarkAllAsync(caller.Tenant, caller.Id, NoticeRules.KindsFor(caller), request?.Until ?? time.GetUtcNow(), ct);
        return TypedResults.NoContent();
    }

    private static Task<Results<NoContent, ProblemHttpResult>> ReadAsync(Guid id, HttpContext http, NoticeStore store, CancellationToken ct) => MarkAsync(id, true, http, store, ct);

    private static Task<Results<NoContent, ProblemHttpResult>> UnreadAsync(Guid id, HttpContext http, NoticeStore store, CancellationToken ct) => MarkAsync(id, false, http, store, ct);

    private static async Task<Results<NoContent, ProblemHttpResult>> MarkAsync(Guid id, bool read, HttpContext http, NoticeStore store, CancellationToken ct)
    {
        var caller = http.Caller();
        return await store.MarkAsync(caller.Tenant, caller.Id, NoticeRules.KindsFor(caller), id, read, ct)
            ? TypedResults.NoContent()
            : Problem.Of(StatusCodes.Status404NotFound, "notice.not_found", "There is no such notice.");
    }

    private static NoticeAnswer Answer(NoticeRow row) =>
        new(row.Id, row.Kind, row.Topic, Severities.Name(row.Severity), row.Subject, row.Code, 1 + row.Repeats, row.Read, row.At);
}
