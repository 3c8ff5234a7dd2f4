using Microsoft.Extensions.Logging;
using Steward.Knowledge.Ingestion;
using Steward.Platform.Postgres;
using Steward.Platform.Sealing;
using Steward.Platform.Tenancy;
using Steward.Search.Hybrid;

namespace Steward.Knowledge.Searching;

internal sealed partial class KnowledgeSearch(
    TenantIndexes indexes, PassageCache passages, IPassageEmbedder embedder, Database database, ISealing sealing, KnowledgeSettings settings, TimeProvider time,
    ILogger<KnowledgeSearch> log) : IKnowledgeSearch
{
    private const int MaxText = 4000;
    private const int MaxPassages = 50;

    public async Task<KnowledgeResult> SearchAsync(TenantId tenant, KnowledgeQuery query, CancellationToken ct)
    {
        var found = await FindAsync(tenant, query, ct);
        if (found.NeedsRead)
        {
            var session = database.For(tenant);
            found.AppendTo(session);
            await session.SendAsync(ct);
        }

        return found.Result();
    }

    public async Task<FoundPassages> FindAsync(TenantId tenant, KnowledgeQuery query, CancellationToken ct)
    {
        var index = await indexes.GetAsync(tenant, ct);
        var text = query.Text.Length > MaxText ? query.Text[..MaxText] : query.Text;
        var vector = await VectorAsync(tenant, index, text, ct);
        var found = HybridSearch.Search(index.Index, new SearchQuery(text)
        {
            Vector = vector?.Vectors[0] ?? default,
            VectorModel = vector?.Model,
            Take = Math.Clamp(query.K, 1, MaxPassages),
            Filter = new SearchFilter
            {
                Kinds = query.Kinds?.Select(Names.Of).ToArray(),
                Categories = query.Categories,
                Languages = query.Languages,
                ValidAt = query.At ?? time.GetUtcNow(),
            },
        });
        return new FoundPassages(tenant, found, settings.AnswerThreshold, await sealing.ForAsync(tenant, ct), passages);
    }

    /// <summary>The question's vector by the model of the passages' vectors; without it the words alone decide.</summary>
    private async Task<Embedded?> VectorAsync(TenantId tenant, TenantIndex index, string text, CancellationToken ct)
    {
        if (index.Models.Count == 0 || string.IsNullOrWhiteSpace(text))
            return null;
        try
        {
            var preferred = await embedder.ModelAsync(tenant, ct);
            var model = index.Models.Contains(preferred) ? preferred : index.Models.First();
            var embedded = await embedder.EmbedAsync(tenant, model, [text], forSearch: true, ct);
            return embedded.Vectors.Count == 1 ? embedded : null;
        }
        catch (EmbeddingFailedException failure)
        {
            WithoutVector(log, failure.Message);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A search runs by words alone: {Reason}")]
    private static partial void WithoutVector(ILogger logger, string reason);
}
