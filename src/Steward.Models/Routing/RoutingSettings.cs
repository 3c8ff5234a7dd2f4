using System.Text.Json.Serialization;
using Steward.Models.Ensemble;

namespace Steward.Models.Routing;

[JsonConverter(typeof(JsonStringEnumConverter<RoutingPolicy>))]
internal enum RoutingPolicy
{
    /// <summary>Clamped score, whole words, overrides that only raise.</summary>
    [JsonStringEnumMemberName("default")]
    Default,

    /// <summary>The formula this product began with, as it was: substrings, no limit to the score, overrides that set.</summary>
    [JsonStringEnumMemberName("seed")]
    Seed,
}

/// <summary>How a tenant's questions find their models. Every number can be set; what is left out takes its default.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RoutingSettings
{
    public static RoutingSettings Defaults { get; } = new();

    public RoutingPolicy Policy { get; init; }

    public RoutingWeights Weights { get; init; } = new();

    public RoutingDivisors Divisors { get; init; } = new();

    public RoutingThresholds Thresholds { get; init; } = new();

    public RoutingOverrides Overrides { get; init; } = new();

    public RoutingKeywords Keywords { get; init; } = new();

    /// <summary>Whether a question that needs a tool prefers the models of <c>tools</c>; always with <c>seed</c>.</summary>
    public bool PreferTools { get; init; } = true;

    /// <summary>Whether a customer who is upset prefers the models of <c>empathy</c>; never with <c>seed</c>.</summary>
    public bool PreferEmpathy { get; init; } = true;

    /// <summary>How the models of the ensemble vote.</summary>
    public EnsembleSettings Ensemble { get; init; } = new();

    /// <summary><c>default</c>, <c>openai</c> or <c>local</c>: the table for tiers that <see cref="Tiers"/> does not name.</summary>
    public string Preset { get; init; } = TierTable.DefaultPreset;

    /// <summary>Models by tier (simple, standard, complex, ensemble) or talent (tools, empathy), best first.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Tiers { get; init; } = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);

    /// <summary>Models that answer on <c>/v1</c> when one that was named fails, by its name, best first. A name without any is answered by that model or not at all.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Fallbacks { get; init; } = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);

    /// <summary>Whether on <c>/v1</c> another model may answer what a provider's content filter withheld.</summary>
    public bool FallbackAfterFilter { get; init; }
}

/// <summary>What each part weighs in the score.</summary>
/// <param name="Simple">Taken off for each simple keyword, up to three; the seed has no such part.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RoutingWeights(double Length = 0.15, double Complex = 0.30, double Tools = 0.20, double Sentiment = 0.20, double History = 0.15, double Simple = 0);

/// <summary>How much of each makes a whole part: words, keywords, keywords, messages.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RoutingDivisors(int Words = 50, int Complex = 5, int Tools = 3, int History = 10);

/// <summary>The scores from which on a question belongs to a tier.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RoutingThresholds(double Standard = 0.3, double Complex = 0.6, double Ensemble = 0.8);

/// <summary>What decides whatever the score says; 0 keywords switch an override off.</summary>
/// <param name="SentimentBelow">A customer below it is upset.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RoutingOverrides(int ToolKeywords = 1, int ComplexKeywords = 2, double SentimentBelow = 0.3);

/// <summary>Words to look for; null takes the policy's own list. With <c>default</c> a keyword may give several forms, divided by |, of which one counts.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RoutingKeywords(IReadOnlyList<string>? Simple = null, IReadOnlyList<string>? Complex = null, IReadOnlyList<string>? Tools = null);
