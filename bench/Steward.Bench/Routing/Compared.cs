using Steward.Models;

namespace Steward.Bench.Routing;

/// <summary>The difference of two policies on the same questions, with a 95 % interval.</summary>
/// <param name="Enough">Share strong enough, of the first less the second.</param>
/// <param name="Cost">Cost at current prices, of the first over the second.</param>
internal sealed record Compared(double Enough, double EnoughLow, double EnoughHigh, double Cost, double CostLow, double CostHigh)
{
    private const int Draws = 4_000;

    /// <summary>By the percentile bootstrap over questions, drawn in pairs; the same draws on every run.</summary>
    public static Compared Of(IReadOnlyList<(bool Enough, decimal Usd)> first, IReadOnlyList<(bool Enough, decimal Usd)> second)
    {
        var random = new Random(20261121);
        var all = Enumerable.Range(0, first.Count).ToArray();
        var (enough, cost) = Differ(all);
        var drawn = Enumerable.Range(0, Draws).Select(_ => Differ(Array.ConvertAll(all, _ => random.Next(first.Count)))).ToList();
        var enoughs = drawn.Select(one => one.Enough).Order().ToList();
        var costs = drawn.Select(one => one.Cost).Order().ToList();
        const int Low = Draws / 40;
        return new(enough, enoughs[Low], enoughs[^(Low + 1)], cost, costs[Low], costs[^(Low + 1)]);

        (double Enough, double Cost) Differ(int[] which) => (
            (double)(which.Count(i => first[i].Enough) - which.Count(i => second[i].Enough)) / which.Length,
            (double)(which.Sum(i => first[i].Usd) / which.Sum(i => second[i].Usd)));
    }
}
