using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Steward.Models.BuiltIn;
using Steward.Models.Calls;
using Steward.Models.Providers;
using Steward.Models.Wires.OpenAi;
using Steward.Platform.Tenancy;

namespace Steward.Models.Faces;

/// <summary>The embedding face: inputs go in batches that every provider takes, one <see cref="ModelCall"/> each.</summary>
internal sealed class GatewayEmbeddings(ModelDirectory directory, CallRuntime runtime, TenantId tenant, string? name, CallPurpose purpose)
    : IEmbeddingGenerator<string, Embedding<float>>
{
    internal const int MostInputs = 128;
    private int _calls;

    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        var model = await directory.EmbeddingAsync(tenant, options?.ModelId ?? name, cancellationToken);
        if (model is null) return HashEmbeddings.Generate(values);
        var all = new GeneratedEmbeddings<Embedding<float>>();
        var usage = default(TokenUsage);
        CallResult? last = null;
        foreach (var batch in values.Chunk(MostInputs))
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
        ProviderModel model, string[] inputs, EmbeddingGenerationOptions? options, CancellationToken ct)
    {
        var body = new ArrayBufferWriter<byte>(4096);
        await using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("model"u8, model.Name);
            json.WriteStartArray("input"u8);
            foreach (var input in inputs) json.WriteStringValue(input);
            json.WriteEndArray();
            if (options?.Dimensions is { } dimensions) json.WriteNumber("dimensions"u8, dimensions);
            json.WriteEndObject();
        }

        await runtime.AdmitAsync(new SpendRequest(tenant, purpose, model.Route.Provider, model.Name, body.WrittenCount), ct);
        var reader = new EmbeddingsReader(inputs.Length);
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
