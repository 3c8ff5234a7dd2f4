using Steward.Platform.Tenancy;

namespace Steward.Knowledge.Ingestion;

/// <summary>Vectors of some texts and the model that made them.</summary>
internal sealed record Embedded(string Model, IReadOnlyList<ReadOnlyMemory<float>> Vectors);

/// <summary>Turns texts into vectors for one tenant.</summary>
internal interface IPassageEmbedder
{
    /// <summary>The name under which new passages' vectors are stored.</summary>
    ValueTask<string> ModelAsync(TenantId tenant, CancellationToken ct);

    /// <summary>One vector per text. Throws <see cref="EmbeddingFailedException"/>.</summary>
    Task<Embedded> EmbedAsync(TenantId tenant, string model, IReadOnlyList<string> texts, bool forSearch, CancellationToken ct);
}
