using Steward.Knowledge.Searching;
using Steward.Knowledge.Sources;
using Steward.Platform.Postgres;

namespace Steward.Knowledge.Ingestion;

/// <summary>Builds the segments of the new content beside those that answer now.</summary>
internal sealed class IndexStep : IIngestionStep
{
    private const string NextContent = "(a.state = 'staged' or a.kept_for is not null)";
    private const int Page = 500;

    public string Name => Steps.Index;

    public async Task<string?> RunAsync(IngestionContext context, CancellationToken ct)
    {
        var source = context.Source;
        var reading = context.Session();
        var writing = context.Session();
        await using var transaction = await writing.BeginAsync(ct);
        writing.Add($"delete from knowledge.segments where tenant_id = {SourceRows.Tenant} and source_id = $1 and not live", Sql.Uuid(source.Id));
        var segments = new SegmentWriter(writing, context.Sealer, source.Id, source.Version, live: false);
        var after = (Guid.Empty, -1);
        var done = 0;
        while (true)
        {
            var page = IndexedPassage.Page(reading, source.Id, NextContent, after, Page);
            await reading.SendAsync(ct);
            foreach (var passage in page.Value)
                await segments.AddAsync(passage, ct);
            context.Report(done += page.Value.Count, null);
            if (page.Value.Count < Page)
                break;
            after = (page.Value[^1].Article, page.Value[^1].Ordinal);
        }

        await segments.FlushAsync(ct);
        context.Advance(writing, Steps.Publish);
        await transaction.CommitAsync(ct);
        return Steps.Publish;
    }
}
