using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Steward.Models.Prices;
using Steward.Platform.Access;

namespace Steward.Models.Spending.Reports;

/// <summary><c>GET /api/spend/caching</c>.</summary>
internal static class CachingEndpoint
{
    public static async Task<Results<Ok<CachingReport>, ProblemHttpResult>> GetAsync(
        HttpContext http, SpendReports reports, PriceList prices, TimeProvider time, DateTimeOffset? from, DateTimeOffset? to, CancellationToken ct)
    {
        if (SpendEndpoint.Span(from, to, time) is not { } span) return SpendEndpoint.OutOfRange();
        var tenant = http.Caller().Tenant;
        return TypedResults.Ok(CachedPrompts.Of(prices, span, await reports.CachedDaysAsync(tenant, span, ct)) with { Answers = await reports.ReusedAsync(tenant, span, ct) });
    }
}
