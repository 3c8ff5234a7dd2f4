using Steward.Models.Ensemble;

namespace Steward.Models.Routing;

/// <summary>What may be set. Pure: the first thing that is wrong as a sentence, or null.</summary>
internal static class RoutingRules
{
    private const int MostKeywords = 200;
    private const int LongestKeyword = 120;
    private const int MostModels = 8;
    private const int LongestModel = 200;
    private const int MostAnchors = 50;

    public static string? Check(RoutingSettings settings)
    {
        // A client's null is not an absent member.
        if (settings.Weights is null || settings.Divisors is null || settings.Thresholds is null || settings.Overrides is null || settings.Keywords is null || settings.Tiers is null || settings.Fallbacks is null || settings.Preset is null || settings.Ensemble is null)
        {
            return "Leave a member out to have its default; null is none.";
        }

        return Enum.IsDefined(settings.Policy) ? Numbers(settings) ?? Words(settings.Keywords) ?? Votes(settings.Ensemble) ?? Models(settings) : "policy must be default or seed.";
    }

    private static string? Numbers(RoutingSettings settings)
    {
        var (weights, by, from, overrides) = (settings.Weights, settings.Divisors, settings.Thresholds, settings.Overrides);
        double[] all = [weights.Length, weights.Complex, weights.Tools, weights.Sentiment, weights.History, weights.Simple];
        int[] divisors = [by.Words, by.Complex, by.Tools, by.History];
        return !Array.TrueForAll(all, static weight => weight is >= 0 and <= 1) ? "weights must be between 0 and 1."
            : !Array.TrueForAll(divisors, static divisor => divisor is >= 1 and <= 10_000) ? "divisors must be between 1 and 10000."
            : !(from.Standard >= 0 && from.Standard <= from.Complex && from.Complex <= from.Ensemble && from.Ensemble <= 10) ? "thresholds must rise from standard over complex to ensemble, between 0 and 10."
            : overrides.ToolKeywords is < 0 or > 1_000 || overrides.ComplexKeywords is < 0 or > 1_000 ? "overrides must count from 0 (off) to 1000 keywords."
            : overrides.SentimentBelow is not (>= 0 and <= 1) ? "overrides.sentimentBelow must be between 0 (off) and 1."
            : null;
    }

    private static string? Words(RoutingKeywords keywords)
    {
        IReadOnlyList<string>?[] lists = [keywords.Simple, keywords.Complex, keywords.Tools];
        return lists.OfType<IReadOnlyList<string>>().All(list => list.Count <= MostKeywords && list.All(IsKeyword))
            ? null
            : $"keywords take at most {MostKeywords} a list, each in lower case, of 1 to {LongestKeyword} characters, each form with a letter or a digit.";
    }

    private static string? Votes(EnsembleSettings ensemble) =>
        ensemble.DeadlineSeconds is not (>= 1 and <= 300) ? "ensemble.deadlineSeconds must be between 1 and 300."
        : ensemble.Agreement is not (>= 0 and <= 1) ? "ensemble.agreement must be between 0 and 1."
        : ensemble.Anchors is { } anchors && (anchors.Count > MostAnchors || anchors.Any(anchor => anchor.Key.Length is 0 or > LongestModel || anchor.Value is not (> 0 and < 1)))
            ? $"ensemble.anchors names at most {MostAnchors} embedding models, each with a cosine between 0 and 1."
        : null;

    // A form without a letter or digit would be found in every text.
    private static bool IsKeyword(string? keyword) =>
        keyword is { Length: <= LongestKeyword } && !keyword.Any(char.IsUpper) && keyword.Split('|').All(form => form.Any(char.IsLetterOrDigit));

    private static string? Models(RoutingSettings settings)
    {
        if (!TierTable.Presets.ContainsKey(settings.Preset))
        {
            return $"preset must be one of {string.Join(", ", TierTable.Presets.Keys)}.";
        }

        foreach (var (row, models) in settings.Tiers)
        {
            if (!TierTable.Rows.Contains(row))
            {
                return $"tiers are {string.Join(", ", TierTable.Rows)}.";
            }

            if (models is not { Count: >= 1 and <= MostModels } || !models.All(IsModel))
            {
                return $"A tier names 1 to {MostModels} models; {string.Join(", ", VirtualModels.All)} stand for a choice and cannot be among them.";
            }
        }

        return Fallbacks.Check(settings.Fallbacks, MostModels, IsModel);
    }

    private static bool IsModel(string? name) => name is { Length: >= 1 and <= LongestModel } && !VirtualModels.Contains(name);
}
