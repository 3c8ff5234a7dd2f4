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
public sealed record ModelInfo(string Name, string Provider, string Kind, bool Priced, bool Default);

/// <summary>Names of the models that need no provider.</summary>
public static class BuiltInModelNames
{
    /// <summary>Answers with verbatim sentences of the passages given in <see cref="ExtractiveOptions"/>.</summary>
    public const string Extractive = "steward-extractive";

    /// <summary>Embeds by hashing words; no download, always the same vector.</summary>
    public const string Hash = "steward-hash";
}
