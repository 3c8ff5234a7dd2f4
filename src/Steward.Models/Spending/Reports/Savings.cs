using Steward.Models.BuiltIn;
using Steward.Models.Prices;

namespace Steward.Models.Spending.Reports;

/// <summary>What chat cost, against what the same tokens would have cost on one model.</summary>
/// <param name="Against">The model that everything is compared with.</param>
/// <param name="ActualUsd">What the calls that are compared cost.</param>
/// <param name="BaselineUsd">What their tokens cost on <paramref name="Against"/>, at the prices of their days.</param>
/// <param name="SavedPercent">Of the baseline; negative where the choice was dearer.</param>
/// <param name="Estimated">Calls among them whose tokens are estimated.</param>
/// <param name="LeftOutUnpriced">Calls left out of both sides, because their own model has no price.</param>
/// <param name="LeftOutBuiltIn">Calls of built-in models, left out of both sides: what they answered cost nothing.</param>
internal sealed record SavingsReport(
    DateTimeOffset From, DateTimeOffset To, string Against, decimal ActualUsd, decimal BaselineUsd, decimal SavedUsd, decimal SavedPercent, long Calls,
    long Estimated, long LeftOutUnpriced, long LeftOutBuiltIn, IReadOnlyList<SavingsLine> Models)
{
    /// <summary>Answers that were given again without a call. They are on neither side: <see cref="SavedUsd"/> lacks what they saved.</summary>
    public ReusedSum Reused { get; init; } = new(0, 0, 0);
}

/// <summary>One model's part.</summary>
internal sealed record SavingsLine(string Model, long Calls, decimal ActualUsd, decimal BaselineUsd);

/// <summary>Computes savings from recorded token counts. Pure: the same rows and prices give the same figures.</summary>
internal static class Savings
{
    /// <summary>The cost of tokens on another model. What is written to a cache costs what plain input does where that model has no price for it; cached
    /// input and reasoning as everywhere. Null where the model has no price that day.</summary>
    public static decimal? On(PriceList prices, string provider, string model, DateOnly day, TokenUsage usage)
    {
        var lines = prices.Find(provider, model, day);
        if (lines[(int)PriceUnit.Input] is null || lines[(int)PriceUnit.Output] is null) return null;
        if (lines[(int)PriceUnit.CacheWrite5Minutes] is null) usage = usage with { Input = usage.Input + usage.CacheWrite5Minutes, CacheWrite5Minutes = 0 };
        if (lines[(int)PriceUnit.CacheWrite1Hour] is null) usage = usage with { Input = usage.Input + usage.CacheWrite1Hour, CacheWrite1Hour = 0 };
        return prices.Cost(provider, model, usage, new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero)).Usd;
    }

    /// <summary>The report; null where the model it is to be compared with has no price on some day, or nothing can be compared.</summary>
    /// <param name="against">Provider and model; null takes the one of those used on which everything would have cost most.</param>
    public static SavingsReport? Of(PriceList prices, (DateTimeOffset From, DateTimeOffset To) span, IReadOnlyList<PricedDay> days, (string Provider, string Model)? against)
    {
        var builtIn = days.Where(day => day.Provider == BuiltInModels.Provider).ToList();
        var unpriced = days.Except(builtIn).Where(day => day.Unpriced).ToList();
        var compared = days.Except(builtIn).Except(unpriced).ToList();
        var candidates = against is { } named ? [named] : compared.Select(day => (day.Provider, day.Model)).Distinct();
        var best = candidates.Select(model => (Model: model, Lines: Lines(prices, compared, model))).Where(one => one.Lines is not null)
            .OrderByDescending(one => one.Lines!.Sum(line => line.BaselineUsd)).ThenBy(one => one.Model.Model, StringComparer.Ordinal).FirstOrDefault();
        if (best.Lines is not { } lines) return null;
        var (actual, baseline) = (lines.Sum(line => line.ActualUsd), lines.Sum(line => line.BaselineUsd));
        return new SavingsReport(span.From, span.To, $"{best.Model.Provider}/{best.Model.Model}", actual, baseline, baseline - actual,
            baseline == 0 ? 0 : decimal.Round((baseline - actual) * 100 / baseline, 2), lines.Sum(line => line.Calls), compared.Sum(day => day.Estimated),
            unpriced.Sum(day => day.Calls), builtIn.Sum(day => day.Calls), lines);
    }

    private static List<SavingsLine>? Lines(PriceList prices, List<PricedDay> compared, (string Provider, string Model) against)
    {
        var lines = new List<SavingsLine>();
        foreach (var model in compared.GroupBy(day => $"{day.Provider}/{day.Model}", StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var baseline = 0m;
            foreach (var day in model)
            {
                if (On(prices, against.Provider, against.Model, day.Day, day.Usage) is not { } cost) return null;
                baseline += cost;
            }

            lines.Add(new SavingsLine(model.Key, model.Sum(day => day.Calls), model.Sum(day => day.CostUsd), baseline));
        }

        return lines;
    }
}
