using Steward.Models.Prices;

namespace Steward.Models.Spending.Reports;

/// <summary>What providers kept of prompts, and what that saved.</summary>
/// <param name="HitRate">Of the prompt tokens that could have come from a cache the share that did, 0 to 1, over the calls whose request says what comes again; null where there was none.</param>
/// <param name="CacheableTokens">Those that could have.</param>
/// <param name="HitTokens">Those of them that did.</param>
/// <param name="CachedTokens">Prompt tokens read from caches by all calls, also those that say nothing of what comes again.</param>
/// <param name="WrittenTokens">Prompt tokens written to caches.</param>
/// <param name="DiscountUsd">What was read would have cost so much more as plain input.</param>
/// <param name="WriteUsd">What was written would have cost so much less as plain input.</param>
/// <param name="SavedUsd">The one less the other; negative where more was written than read back.</param>
/// <param name="LeftOutUnpriced">Calls left out of the money, because their model has no price for what it kept.</param>
internal sealed record CachingReport(
    DateTimeOffset From, DateTimeOffset To, double? HitRate, long CacheableTokens, long HitTokens, long CachedTokens, long WrittenTokens,
    decimal DiscountUsd, decimal WriteUsd, decimal SavedUsd, long LeftOutUnpriced, IReadOnlyList<CachingLine> Models)
{
    /// <summary>Answers that were given again. Their money is not in the figures of prompts.</summary>
    public ReusedSum Answers { get; init; } = new(0, 0, 0);
}

/// <summary>Answers that were given without a call.</summary>
/// <param name="InFlight">Those of them that were being written when they were asked for.</param>
/// <param name="SavedUsd">What writing them had cost.</param>
internal sealed record ReusedSum(long Count, long InFlight, decimal SavedUsd);

/// <summary>One model's part.</summary>
internal sealed record CachingLine(string Model, double? HitRate, long CacheableTokens, long HitTokens, long CachedTokens, long WrittenTokens, decimal DiscountUsd, decimal WriteUsd, decimal SavedUsd);

/// <summary>One model on one day, as far as caches go.</summary>
/// <param name="Hits">Cached tokens of the calls that say what comes again.</param>
internal sealed record CachedDay(string Provider, string Model, DateOnly Day, long Calls, long Cacheable, long Hits, TokenUsage Usage);

/// <summary>Computes the report from recorded token counts and the prices of their days. Pure.</summary>
internal static class CachedPrompts
{
    public static CachingReport Of(PriceList prices, (DateTimeOffset From, DateTimeOffset To) span, IReadOnlyList<CachedDay> days)
    {
        var lines = days.GroupBy(day => $"{day.Provider}/{day.Model}", StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => Line(group.Key, [.. group], prices)).ToList();
        var unpriced = days.Where(day => Money(prices, day) is null).Sum(day => day.Calls);
        var (cacheable, hits) = (lines.Sum(line => line.CacheableTokens), lines.Sum(line => line.HitTokens));
        return new(span.From, span.To, Rate(hits, cacheable), cacheable, hits, lines.Sum(line => line.CachedTokens), lines.Sum(line => line.WrittenTokens),
            lines.Sum(line => line.DiscountUsd), lines.Sum(line => line.WriteUsd), lines.Sum(line => line.SavedUsd), unpriced, lines);
    }

    private static CachingLine Line(string model, IReadOnlyList<CachedDay> days, PriceList prices)
    {
        var money = days.Select(day => Money(prices, day) ?? default).ToList();
        var (discount, write) = (money.Sum(part => part.Discount), money.Sum(part => part.Write));
        var (cacheable, hits) = (days.Sum(day => day.Cacheable), days.Sum(day => day.Hits));
        return new(model, Rate(hits, cacheable), cacheable, hits, days.Sum(day => day.Usage.CachedInput),
            days.Sum(day => day.Usage.CacheWrite5Minutes + day.Usage.CacheWrite1Hour), discount, write, discount - write);
    }

    /// <summary>Null where something that was read or written has no price that day.</summary>
    private static (decimal Discount, decimal Write)? Money(PriceList prices, CachedDay day)
    {
        var lines = prices.Find(day.Provider, day.Model, day.Day);
        if (lines[(int)PriceUnit.Input] is not { } input) return null;
        if (Above(PriceUnit.CacheWrite5Minutes, day.Usage.CacheWrite5Minutes) is not { } five || Above(PriceUnit.CacheWrite1Hour, day.Usage.CacheWrite1Hour) is not { } hour) return null;
        // Cached input without a line of its own costs what input does.
        return (PriceList.Part(day.Usage.CachedInput, input.Price) - PriceList.Part(day.Usage.CachedInput, lines[(int)PriceUnit.CachedInput]!.Price), five + hour);

        decimal? Above(PriceUnit unit, long tokens) => tokens == 0 ? 0m : lines[(int)unit] is { } price ? PriceList.Part(tokens, price.Price) - PriceList.Part(tokens, input.Price) : null;
    }

    private static double? Rate(long hits, long cacheable) => cacheable == 0 ? null : Math.Round((double)hits / cacheable, 4);
}
