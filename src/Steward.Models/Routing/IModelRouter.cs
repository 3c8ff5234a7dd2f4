using Steward.Platform.Tenancy;

namespace Steward.Models;

/// <summary>Chooses models for questions by the tenant's routing settings. It calls none.</summary>
public interface IModelRouter
{
    /// <summary>The models for a question.</summary>
    /// <param name="name">One of <see cref="VirtualModels"/>: <c>auto</c> classifies the question, the others name a tier.</param>
    ValueTask<RoutePlan> RouteAsync(TenantId tenant, string name, RouteQuestion question, CancellationToken ct);

    /// <summary>The next stronger tier that begins with a model not tried yet, or null at the end of the ladder.</summary>
    ValueTask<RoutePlan?> UpgradeAsync(TenantId tenant, RoutePlan from, IReadOnlyCollection<string> tried, CancellationToken ct);

    /// <summary>What a call may cost at most in US dollars by today's prices; null for a model that the price list does not know.</summary>
    /// <param name="model">For <see cref="VirtualModels.Ensemble"/> the sum over its members.</param>
    /// <param name="promptTokens">Tokens of the prompt; counted at the price of uncached input.</param>
    /// <param name="outputTokens">The most tokens of the answer.</param>
    ValueTask<decimal?> WorstCaseUsdAsync(TenantId tenant, string model, long promptTokens, long outputTokens, CancellationToken ct);
}

/// <summary>Names that stand for a choice of models instead of one.</summary>
public static class VirtualModels
{
    /// <summary>The router decides by the question.</summary>
    public const string Auto = "auto";

    /// <summary>Several models answer, and the answer closest to the others is given.</summary>
    public const string Ensemble = "ensemble";

    /// <summary>All names, <see cref="Auto"/> first. A tier is named as in <see cref="Tier"/>.</summary>
    public static IReadOnlyList<string> All { get; } = [Auto, "simple", "standard", "complex", Ensemble];

    /// <summary>Whether a name stands for a choice.</summary>
    public static bool Contains(string? name) => name is Auto or "simple" or "standard" or "complex" or Ensemble;

    internal static Tier? TierOf(string name) => name switch
    {
        "simple" => Tier.Simple,
        "standard" => Tier.Standard,
        "complex" => Tier.Complex,
        Ensemble => Tier.Ensemble,
        _ => null,
    };
}
