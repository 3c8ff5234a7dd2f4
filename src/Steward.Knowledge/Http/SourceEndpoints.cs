using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Steward.Knowledge.Extraction;
using Steward.Knowledge.Sources;
using Steward.Platform.Access;
using Steward.Platform.Paging;
using Steward.Platform.Postgres;
using Steward.Platform.Problems;
using Steward.Platform.Sealing;

namespace Steward.Knowledge.Http;

internal static class SourceEndpoints
{
    private const string Sources = "knowledge.sources";

    public static async Task<Accepted<AcceptedSources>> AddAsync(HttpContext http, SourceRequests requests, KnowledgeSources sources, CancellationToken ct)
    {
        await using var request = await requests.ReadAsync(http.Request, ct);
        var accepted = await sources.AddAsync(http.Caller().Tenant, request.Sources, request.Force, ct);
        return TypedResults.Accepted(
            $"/api/knowledge/sources/{accepted[0].Id}",
            new AcceptedSources(accepted[0].Id, [.. accepted.Select(source => new AcceptedSource(source.Id, source.Unchanged))]));
    }

    public static async Task<Ok<Page<SourceView>>> ListAsync(
        HttpContext http, Database database, ISealing sealing, string? cursor, int? limit, string? state, CancellationToken ct)
    {
        var tenant = http.Caller().Tenant;
        var sealer = await sealing.ForAsync(tenant, ct);
        var size = Page.Size(limit);
        var session = database.For(tenant);
        var rows = session.List(Query.Cursor(Sources, cursor), Query.Name<SourceState>(state, "state") is { } wanted ? Names.Of(wanted) : null, size + 1);
        await session.SendAsync(ct);
        return TypedResults.Ok(Page.Of([.. rows.Value.Select(row => row.View(sealer))], size, source => Cursors.Of(Sources, source.CreatedAt, source.Id)));
    }

    public static async Task<Results<Ok<SourceView>, ProblemHttpResult>> GetAsync(HttpContext http, Guid id, KnowledgeSources sources, CancellationToken ct) =>
        await sources.FindAsync(http.Caller().Tenant, id, ct) is { } source ? TypedResults.Ok(source) : NotFound();

    public static async Task<Results<Accepted<AcceptedSource>, ProblemHttpResult>> ReplaceAsync(
        HttpContext http, Guid id, SourceRequests requests, KnowledgeSources sources, CancellationToken ct)
    {
        var tenant = http.Caller().Tenant;
        if (await sources.FindAsync(tenant, id, ct) is null)
            return NotFound();
        await using var request = await requests.ReadAsync(http.Request, ct);
        if (request.Sources.Count != 1)
            throw new SourceRejectedException("knowledge.one_file", "A source is replaced by one file, address or text.", 400);
        var next = request.Sources[0];
        // A file keeps the name people know the source by; a text says its title itself.
        var accepted = await sources.ReplaceAsync(tenant, id, (_, title) => next.Kind == SourceKind.File ? next with { Title = title } : next, request.Force, ct);
        return accepted is null
            ? NotFound()
            : TypedResults.Accepted($"/api/knowledge/sources/{id}", new AcceptedSource(accepted.Id, accepted.Unchanged));
    }

    public static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(HttpContext http, Guid id, KnowledgeSources sources, CancellationToken ct) =>
        await sources.DeleteAsync(http.Caller().Tenant, id, ct) ? TypedResults.NoContent() : NotFound();

    public static async Task<Results<Accepted<AcceptedSource>, ProblemHttpResult>> RetryAsync(HttpContext http, Guid id, KnowledgeSources sources, CancellationToken ct) =>
        await sources.RetryAsync(http.Caller().Tenant, id, ct) switch
        {
            true => TypedResults.Accepted($"/api/knowledge/sources/{id}", new AcceptedSource(id, Unchanged: false)),
            false => Problem.Of(409, "knowledge.not_failed", "Only a source that failed can be tried again."),
            null => NotFound(),
        };

    private static ProblemHttpResult NotFound() => Problem.Of(404, "knowledge.source_not_found", "There is no such source, or it belongs to someone else.");
}
