using Microsoft.Extensions.AI;
using Steward.Platform.Tenancy;

namespace Steward.Models;

/// <summary>The door to every model. Clients are cheap: take one for each purpose and let it go. Failures are
/// <see cref="ModelFailedException"/>; what a call used and cost is <see cref="CallResult.Of(ChatResponse)"/>.</summary>
public interface IModels
{
    /// <summary>A chat model by name, <c>provider/name</c>, or null for <see cref="DefaultsAsync"/>. A stream that ends without an exception was a
    /// whole answer; its last update carries usage, finish reason and the <see cref="CallResult"/>.</summary>
    IChatClient Chat(TenantId tenant, string? modelName, CallPurpose purpose);

    /// <summary>An embedding model by name, or null for the default. Vectors have unit length where the provider makes them so.</summary>
    IEmbeddingGenerator<string, Embedding<float>> Embeddings(TenantId tenant, string? modelName, CallPurpose purpose);

    /// <summary>The models used where none is named.</summary>
    ValueTask<ModelDefaults> DefaultsAsync(TenantId tenant, CancellationToken ct);

    /// <summary>The models that can be named: the built-in ones and the known ones of switched-on providers.</summary>
    ValueTask<IReadOnlyList<ModelInfo>> ListAsync(TenantId tenant, CancellationToken ct);
}

/// <summary>Names of default models.</summary>
public sealed record ModelDefaults(string Chat, string Embedding);

/// <summary>A model that can be named.</summary>
/// <param name="Kind"><c>chat</c> or <c>embedding</c>.</param>
/// <param name="Priced">Whether the price list knows it today.</param>
public sealed record ModelInfo(string Name, string Provider, string Kind, bool Priced, bool Default)
{
    /// <summary>The most tokens of prompt and answer together; of an embedding model, of one text. Null where it is not known.</summary>
    public int? ContextWindow { get; init; }

    /// <summary>The most tokens of an answer, or null where it is not known.</summary>
    public int? MaxOutput { get; init; }

    /// <summary>What a chat model can do; null for an embedding model.</summary>
    public ModelAbilities? Abilities { get; init; }

    /// <summary>The catalogue does not know the model: its abilities are assumed, and nothing is refused on their account.</summary>
    public bool Assumed { get; init; }

    /// <summary>Where window and abilities were read.</summary>
    public string? Source { get; init; }
}

/// <summary>What a chat model can do.</summary>
/// <param name="Tools">Calls tools.</param>
/// <param name="Vision">Reads images.</param>
/// <param name="Streaming">Answers piece by piece.</param>
/// <param name="JsonSchema">The provider itself holds an answer to a JSON schema. Elsewhere the answer is asked for in words or by a tool, and checked.</param>
/// <param name="Reasoning">Thinks before it answers; those tokens are paid for.</param>
public sealed record ModelAbilities(bool Tools, bool Vision, bool Streaming, bool JsonSchema, bool Reasoning);

/// <summary>Names of the models that need no provider.</summary>
public static class BuiltInModelNames
{
    /// <summary>Answers with verbatim sentences of the passages given in <see cref="ExtractiveOptions"/>.</summary>
    public const string Extractive = "steward-extractive";

    /// <summary>Embeds by hashing words; no download, always the same vector.</summary>
    public const string Hash = "steward-hash";
}
