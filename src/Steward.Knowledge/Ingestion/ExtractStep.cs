using Steward.Knowledge.Extraction;
using Steward.Knowledge.Sources;

namespace Steward.Knowledge.Ingestion;

/// <summary>Reads the content into articles and stages what changed.</summary>
internal sealed class ExtractStep(Extractors extractors) : IIngestionStep
{
    private const int Batch = 500;

    public string Name => Steps.Extract;

    public async Task<string?> RunAsync(IngestionContext context, CancellationToken ct)
    {
        var source = context.Source;
        var format = source.Format ?? throw new SourceRejectedException("knowledge.unsupported_type", "The type of the source is not known. Send it again.");
        IReadOnlyList<ExtractedArticle> extracted;
        await using (var content = await SourceContent.OpenAsync(context.Database, context.Tenant, context.Sealer, source.Id, source.Version, ct))
        {
            var title = source.Kind == SourceKind.Url ? null : source.Title(context.Sealer);
            extracted = await extractors.ExtractAsync(new ExtractionInput(format, content, title, source.ArticleKind), context.Report, ct);
        }

        var session = context.Session();
        var current = session.Current(source.Id);
        await session.SendAsync(ct);
        var plan = ArticlePlan.Decide(extracted, current.Value, context.Sealer, context.Force);
        await using var transaction = await session.BeginAsync(ct);
        session.DropStaged(source.Id);
        session.Keep(source.Id, source.Version, plan.Kept);
        foreach (var batch in plan.Staged.Chunk(Batch))
        {
            session.Stage(context.Sealer, source, batch);
            await session.SendAsync(ct);
        }

        if (source.Kind == SourceKind.Url && extracted[0].Title is { Length: > 0 } own)
            session.Rename(context.Sealer, source.Id, own);
        context.Advance(session, Steps.Split);
        await transaction.CommitAsync(ct);
        return Steps.Split;
    }
}
