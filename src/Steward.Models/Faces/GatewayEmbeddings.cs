using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Steward.Models.BuiltIn;
using Steward.Models.Calls;
using Steward.Models.Providers;
using Steward.Models.Wires;
using Steward.Platform.Tenancy;

namespace Steward.Models.Faces;

/// <summary>The embedding face: inputs go in batches that every provider takes, one <see cref="ModelCall"/> each.</summary>
internal sealed class GatewayEmbeddings(ModelDirectory directory, CallRuntime runtime, TenantId tenant, string? name, CallPurpose purpose)
    : IEmbeddingGenerator<string, Embedding<float>>
{
    private int _calls;

    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        var model = await directory.EmbeddingAsync(tenant, options?.ModelId ?? name, cancellationToken);
        if (model is null) return HashEmbeddings.Generate(values);
        var all = new GeneratedEmbeddings<Embedding<float>>();
        var usage = default(TokenUsage);
        CallResult? last = null;
        foreach (var batch in values.Chunk(model.Wire.MostInputs))
        {
            var (vectors, result) = await BatchAsync(model, batch, options, cancellationToken);
            foreach (var vector in vectors)
                all.Add(new Embedding<float>(vector) { ModelId = model.Name, CreatedAt = result.StartedAt });
            usage += result.Usage;
            last = last is null ? result : result with { Usage = usage, Cost = Sum(last.Cost, result.Cost), Estimated = last.Estimated || result.Estimated };
        }

        all.Usage = Usages.Details(usage);
        if (last is not null) all.AdditionalProperties = new AdditionalPropertiesDictionary { [CallResult.Key] = last };
        return all;
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose()
    {
        // Connections belong to the node, not to a client.
    }

    private static CallCost Sum(CallCost a, CallCost b) =>
        new(a.Usd + b.Usd, [.. a.PriceIds.Union(b.PriceIds, StringComparer.Ordinal)], a.Unpriced || b.Unpriced);

    private async Task<(float[][] Vectors, CallResult Result)> BatchAsync(
        EmbeddingModel model, string[] inputs, EmbeddingGenerationOptions? options, CancellationToken ct)
    {
        var body = new ArrayBufferWriter<byte>(4096);
        await using (var json = new Utf8JsonWriter(body))
        {
            // What a turn or a search embeds is a question; anything else is what will be searched.
            model.Wire.Write(json, new EmbeddingInputs(model.Name, inputs, options?.Dimensions, Query: purpose.Purpose is "search" or "turn"));
        }

        await runtime.AdmitAsync(new SpendRequest(tenant, purpose, model.Route.Provider, model.Name, body.WrittenCount), ct);
        var reader = model.Wire.Reader(inputs.Length);
        var request = new CallRequest(tenant, purpose, model.Route, body.WrittenMemory, Stream: false, reader)
        {
            SpendId = Interlocked.Increment(ref _calls) == 1 && purpose.SpendId is { } opened ? opened : Guid.CreateVersion7(),
            Limits = directory.Limits,
            Operation = "embeddings",
        };
        await using var call = new ModelCall(runtime, request, ct);
        await call.ReadBodyAsync();
        return (Array.ConvertAll(reader.Vectors, vector => vector!), call.Result!);
    }
}
