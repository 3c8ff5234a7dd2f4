using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Steward.Models.Prices;
using Steward.Models.Providers;
using Steward.Platform.Access;
using Steward.Platform.Problems;

namespace Steward.Models.Spending.Reports;

/// <summary><c>GET /api/spend/savings</c>.</summary>
internal static class SavingsEndpoint
{
    public static async Task<Results<Ok<SavingsReport>, ProblemHttpResult>> GetAsync(
        HttpContext http, SpendReports reports, PriceList prices, ModelSettings settings, TimeProvider time, DateTimeOffset? from, DateTimeOffset? to, string? against, CancellationToken ct)
    {
        if (SpendEndpoint.Span(from, to, time) is not { } span) return SpendEndpoint.OutOfRange();
        (string, string)? named = null;
        if (!string.IsNullOrEmpty(against) && (named = Named(against, prices, settings)) is null)
            return Problem.Of(400, "spend.against", "'against' is a model of the price list, such as openai/gpt-4-turbo.");
        var days = await reports.DaysAsync(http.Caller().Tenant, span, ct);
        var reused = await reports.ReusedAsync(http.Caller().Tenant, span, ct);
        return Savings.Of(prices, span, days, named) is { } report ? TypedResults.Ok(report with { Reused = reused })
            : days.Count == 0 || named is null ? TypedResults.Ok(new SavingsReport(span.From, span.To, against ?? "", 0, 0, 0, 0, 0, 0, days.Where(day => day.Unpriced).Sum(day => day.Calls), 0, []) { Reused = reused })
            : Problem.Of(400, "spend.against", $"'{against}' has no price on some day of that time.");
    }

    private static (string Provider, string Model)? Named(string text, PriceList prices, ModelSettings settings)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash > 0 && settings.Kind(text[..slash]) is { } kind) return (kind.Name, text[(slash + 1)..]);
        return prices.Entries.FirstOrDefault(entry => entry.Model == text) is { } line ? (line.Provider, line.Model) : null;
    }
}
