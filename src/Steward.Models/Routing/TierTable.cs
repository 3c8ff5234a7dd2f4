namespace Steward.Models.Routing;

/// <summary>Models by tier or talent, best first. Data: tenants set their own over a preset. A name with a provider is served by that provider only.</summary>
internal static class TierTable
{
    public const string DefaultPreset = "default";
    public const string Tools = "tools";
    public const string Empathy = "empathy";

    /// <summary>The names of the rows.</summary>
    public static IReadOnlyList<string> Rows { get; } = ["simple", "standard", Tools, "complex", Empathy, "ensemble"];

    /// <summary>
    /// Each row begins with the model that the product was designed with; what follows answers where its provider has no key, or does not serve it any more.
    /// </summary>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, IReadOnlyList<string>>> Presets { get; } =
        new Dictionary<string, IReadOnlyDictionary<string, IReadOnlyList<string>>>(StringComparer.Ordinal)
        {
            [DefaultPreset] = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal)
            {
                ["simple"] = ["mistral/mistral-small-latest", "openai/gpt-4o-mini", "anthropic/claude-haiku-4-5", "together/meta-llama/Llama-3.3-70B-Instruct-Turbo"],
                ["standard"] =
                [
                    "mistral/open-mixtral-8x22b", "mistral/mistral-medium-latest", "openai/gpt-4o-mini", "anthropic/claude-haiku-4-5",
                    "together/meta-llama/Llama-3.3-70B-Instruct-Turbo",
                ],
                [Tools] = ["openai/gpt-4o", "mistral/mistral-large-latest", "anthropic/claude-sonnet-4-5"],
                ["complex"] = ["openai/gpt-4o", "anthropic/claude-sonnet-4-5", "mistral/mistral-large-latest"],
                [Empathy] = ["anthropic/claude-3-5-sonnet-latest", "anthropic/claude-sonnet-4-5", "openai/gpt-4o", "mistral/mistral-large-latest"],
                ["ensemble"] = ["openai/gpt-4o", "anthropic/claude-3-5-sonnet-latest", "mistral/mistral-large-latest"],
            },
            ["openai"] = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal)
            {
                ["simple"] = ["openai/gpt-4o-mini"],
                ["standard"] = ["openai/gpt-4o"],
                [Tools] = ["openai/gpt-4o"],
                ["complex"] = ["openai/o3", "openai/o4-mini"],
                [Empathy] = ["openai/gpt-4o"],
                ["ensemble"] = ["openai/o3", "openai/gpt-4o", "openai/o4-mini"],
            },
            ["local"] = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal)
            {
                ["simple"] = ["qwen3:8b"],
                ["standard"] = ["phi4:14b"],
                [Tools] = ["qwen3:32b"],
                ["complex"] = ["qwen3:32b"],
                [Empathy] = ["qwen3:32b"],
                ["ensemble"] = ["qwen3:32b", "deepseek-r1:32b", "phi4:14b"],
            },
        };

    /// <summary>The models of a row: the tenant's own, else the preset's.</summary>
    public static IReadOnlyList<string> Row(RoutingSettings settings, string name) =>
        settings.Tiers.TryGetValue(name, out var own) ? own : Presets[settings.Preset][name];

    /// <summary>What a row is for. A talent is asked for from the tier on in which its override puts a question.</summary>
    public static (Tier Tier, Specialist Specialist) Of(string row) => row switch
    {
        Tools => (Tier.Standard, Specialist.Tools),
        Empathy => (Tier.Complex, Specialist.Empathy),
        "simple" => (Tier.Simple, Specialist.None),
        "standard" => (Tier.Standard, Specialist.None),
        "complex" => (Tier.Complex, Specialist.None),
        _ => (Tier.Ensemble, Specialist.None),
    };

    public static string NameOf(Tier tier) => tier switch
    {
        Tier.Simple => "simple",
        Tier.Standard => "standard",
        Tier.Complex => "complex",
        _ => "ensemble",
    };
}
