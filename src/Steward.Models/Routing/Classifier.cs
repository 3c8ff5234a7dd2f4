namespace Steward.Models.Routing;

/// <summary>How hard a question is, from its words, the customer's mood and the history. Pure; <c>docs/routing.md</c> explains both policies.</summary>
internal static class Classifier
{
    private const int MostSimple = 3;

    public static Classification Of(RouteQuestion question, RoutingSettings settings)
    {
        var seed = settings.Policy == RoutingPolicy.Seed;
        var lower = question.Text.ToLowerInvariant();
        var lists = KeywordLists.For(settings);
        Func<string, IReadOnlyList<string>, IReadOnlyList<string>> find = seed ? KeywordLists.Inside : KeywordLists.Whole;
        var found = new KeywordMatches(find(lower, lists.Simple), find(lower, lists.Complex), find(lower, lists.Tools));
        var words = question.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
        var parts = Parts(question, settings, found, words);
        var score = parts.Sum(part => part.Share);
        score = seed ? score : Math.Clamp(score, 0, 1);
        var band = Band(score, settings.Thresholds);
        var (tier, specialist, overrides) = seed ? Set(band, question, settings, found) : Raise(band, question, settings, found);
        if (question.Cheaper)
        {
            (tier, specialist, overrides) = (Lower(tier), Specialist.None, [.. overrides, "budget"]);
        }

        return new(seed ? "seed" : "default", score, parts, words, found, band, overrides, tier, specialist);
    }

    public static Tier Band(double score, RoutingThresholds from) =>
        score < from.Standard ? Tier.Simple : score < from.Complex ? Tier.Standard : score < from.Ensemble ? Tier.Complex : Tier.Ensemble;

    public static Tier Lower(Tier tier) => tier == Tier.Simple ? Tier.Simple : tier - 1;

    private static ScorePart[] Parts(RouteQuestion question, RoutingSettings settings, KeywordMatches found, int words)
    {
        var (weights, by) = (settings.Weights, settings.Divisors);
        var (complex, tools) = ((double)found.Complex.Count / by.Complex, (double)found.Tools.Count / by.Tools);
        var seed = settings.Policy == RoutingPolicy.Seed;
        ScorePart[] parts =
        [
            new("length", Math.Min((double)words / by.Words, 1), weights.Length),
            new("complex", seed ? complex : Math.Min(complex, 1), weights.Complex),
            new("tools", seed ? tools : Math.Min(tools, 1), weights.Tools),
            new("sentiment", 1 - question.Sentiment, weights.Sentiment),
            new("history", Math.Min((double)question.HistoryDepth / by.History, 1), weights.History),
        ];
        return seed || weights.Simple == 0 ? parts : [.. parts, new("simple", Math.Min(found.Simple.Count, MostSimple), -weights.Simple)];
    }

    /// <summary>The seed's overrides: each sets the tier, whatever stood there, and the later one wins.</summary>
    private static (Tier Tier, Specialist Specialist, IReadOnlyList<string> Overrides) Set(Tier band, RouteQuestion question, RoutingSettings settings, KeywordMatches found)
    {
        var (tier, specialist) = (band, Specialist.None);
        var overrides = new List<string>(2);
        if (NeedsTool(settings, found))
        {
            (tier, specialist) = (Tier.Standard, Specialist.Tools);
            overrides.Add("tools");
        }

        if (IsUpset(question, settings) || IsComplex(settings, found))
        {
            (tier, specialist) = (Tier.Ensemble, Specialist.None);
            overrides.Add("negative");
        }

        return (tier, specialist, overrides);
    }

    /// <summary>The default's overrides: a tool needs at least a standard model, an upset customer or several grave words at least a complex one.</summary>
    private static (Tier Tier, Specialist Specialist, IReadOnlyList<string> Overrides) Raise(Tier band, RouteQuestion question, RoutingSettings settings, KeywordMatches found)
    {
        var (tier, specialist) = (band, Specialist.None);
        var overrides = new List<string>(2);
        if (NeedsTool(settings, found))
        {
            tier = tier < Tier.Standard ? Tier.Standard : tier;
            specialist = settings.PreferTools ? Specialist.Tools : Specialist.None;
            overrides.Add("tools");
        }

        var upset = IsUpset(question, settings);
        if (upset || IsComplex(settings, found))
        {
            tier = tier < Tier.Complex ? Tier.Complex : tier;
            specialist = upset && settings.PreferEmpathy ? Specialist.Empathy : specialist;
            overrides.Add("negative");
        }

        return (tier, specialist, overrides);
    }

    private static bool NeedsTool(RoutingSettings settings, KeywordMatches found) =>
        settings.Overrides.ToolKeywords > 0 && found.Tools.Count >= settings.Overrides.ToolKeywords;

    private static bool IsComplex(RoutingSettings settings, KeywordMatches found) =>
        settings.Overrides.ComplexKeywords > 0 && found.Complex.Count >= settings.Overrides.ComplexKeywords;

    private static bool IsUpset(RouteQuestion question, RoutingSettings settings) => question.Sentiment < settings.Overrides.SentimentBelow;
}
