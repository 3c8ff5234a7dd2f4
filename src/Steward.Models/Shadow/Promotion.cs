namespace Steward.Models.Shadow;

/// <summary>Similarities of held-back pairs of one intent.</summary>
/// <param name="Deviation">Their sample standard deviation.</param>
internal sealed record Measured(string Intent, long Pairs, double Mean, double Deviation);

/// <param name="LowerBound">The lower end of the 95 % interval of the mean; null where there are too few pairs for one.</param>
/// <param name="Needed">What the bound must reach.</param>
internal sealed record Bounded(string Intent, long Pairs, double Mean, double? LowerBound, double Needed, bool Reached);

/// <param name="Ready">All that is asked for is reached.</param>
/// <param name="Missing">What is not, as codes: <c>pairs</c>, <c>overall</c>, <c>intent:NAME</c>.</param>
internal sealed record PromotionAnswer(bool Ready, long HeldBackPairs, long NeededPairs, Bounded Overall, IReadOnlyList<Bounded> Intents, IReadOnlyList<string> Missing);

/// <summary>Whether a student may take over from its teachers. Pure.</summary>
internal static class Promotion
{
    public const long LeastPairs = 1_000;
    public const double Overall = 0.90;
    public const double EachIntent = 0.85;

    // Of the normal distribution, two-sided: 2.5 % lie below the bound.
    private const double Z = 1.959964;

    // Below it a mean is not near enough to a normal distribution to say how far off it is.
    private const long LeastOfIntent = 30;

    /// <summary>
    /// The lower bound is that of the normal approximation of the mean, two-sided 95 %: mean - 1.96 · deviation / √n. It holds for means of many pairs (central limit theorem); pairs of one conversation
    /// are taken as independent, which makes it a little too high.
    /// </summary>
    public static PromotionAnswer Of(IReadOnlyList<Measured> intents)
    {
        var all = Together(intents);
        var overall = Bound(all, Overall);
        List<Bounded> each = [.. intents.Select(intent => Bound(intent, EachIntent))];
        List<string> missing = [.. each.Where(intent => !intent.Reached).Select(intent => $"intent:{intent.Intent}")];
        if (!overall.Reached) missing.Insert(0, "overall");
        if (all.Pairs < LeastPairs) missing.Insert(0, "pairs");
        return new(missing.Count == 0, all.Pairs, LeastPairs, overall, each, missing);
    }

    private static Bounded Bound(Measured measured, double needed)
    {
        var lower = measured.Pairs < LeastOfIntent ? (double?)null : measured.Mean - (Z * measured.Deviation / Math.Sqrt(measured.Pairs));
        return new(measured.Intent, measured.Pairs, measured.Mean, lower, needed, lower >= needed);
    }

    /// <summary>Mean and deviation of all intents from those of each: sums of squares within and between them.</summary>
    private static Measured Together(IReadOnlyList<Measured> intents)
    {
        var pairs = intents.Sum(intent => intent.Pairs);
        if (pairs == 0) return new("*", 0, 0, 0);
        var mean = intents.Sum(intent => intent.Pairs * intent.Mean) / pairs;
        var squares = intents.Sum(intent => ((intent.Pairs - 1) * intent.Deviation * intent.Deviation) + (intent.Pairs * (intent.Mean - mean) * (intent.Mean - mean)));
        return new("*", pairs, mean, pairs > 1 ? Math.Sqrt(squares / (pairs - 1)) : 0);
    }
}
