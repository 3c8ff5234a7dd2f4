using Microsoft.Extensions.AI;
using Steward.Models;
using Steward.Platform.Masking;
using Steward.Platform.Tenancy;

namespace Steward.Knowledge.Ingestion;

/// <summary>Embeds through the model gateway, so that every vector is paid for, limited and counted like any other call.</summary>
internal sealed class ModelEmbedder(IModels models, IMasking masking) : IPassageEmbedder
{
    private static readonly CallPurpose ForIngestion = new("embedding", "ingestion");
    private static readonly CallPurpose ForSearch = new("embedding", "search");

    public async ValueTask<string> ModelAsync(TenantId tenant, CancellationToken ct) => (await models.DefaultsAsync(tenant, ct)).Embedding;

    public async Task<Embedded> EmbedAsync(TenantId tenant, string model, IReadOnlyList<string> texts, bool forSearch, CancellationToken ct)
    {
        try
        {
            // A question may hold what the tenant does not want to leave; knowledge is the tenant's own to publish.
            if (forSearch && model != BuiltInModelNames.Hash && await masking.ForModelsAsync(tenant, KnownPerson.Nobody, ct) is { } turn)
                texts = [.. texts.Select(turn.Mask)];
            using var generator = models.Embeddings(tenant, model, forSearch ? ForSearch : ForIngestion);
            var vectors = await generator.GenerateAsync(texts, cancellationToken: ct);
            // Vectors of another model than asked for would be compared with those of the one asked for.
            if (model != BuiltInModelNames.Hash && vectors.Any(vector => vector.ModelId == BuiltInModelNames.Hash))
                throw new EmbeddingFailedException($"The embedding model {model} is not available. Switch its provider on, or choose another model.", transient: false);
            return new Embedded(model, [.. vectors.Select(vector => vector.Vector)]);
        }
        catch (MaskingFailedException failure)
        {
            throw new EmbeddingFailedException("The question could not be masked, so it was not sent to the embedding model.", transient: true, failure);
        }
        catch (ModelFailedException failure)
        {
            // A budget has room again one day; what is read then is tried again.
            throw new EmbeddingFailedException(failure.Message, failure.Transient || failure.Kind == FailureKind.SpendLimit, failure);
        }
    }
}
