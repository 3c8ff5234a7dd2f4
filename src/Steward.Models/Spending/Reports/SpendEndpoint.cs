using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Steward.Platform.Access;
using Steward.Platform.Paging;
using Steward.Platform.Problems;

namespace Steward.Models.Spending.Reports;

/// <summary><c>GET /api/spend</c>: exact sums of rows by the time their call began.</summary>
internal static class SpendEndpoint
{
    private const int MostGroups = 1000;
    internal static readonly TimeSpan Longest = TimeSpan.FromDays(400);
    private static readonly TimeSpan Usual = TimeSpan.FromDays(30);

    public static async Task<Results<Ok<SpendReport>, ContentHttpResult, ProblemHttpResult>> GetAsync(
        HttpContext http, SpendReports reports, TimeProvider time, DateTimeOffset? from, DateTimeOffset? to, string? by, string? cursor, int? limit, string? format, CancellationToken ct)
    {
        if (Span(from, to, time) is not { } span) return OutOfRange();
        by ??= "day";
        if (!SpendReports.Keys.ContainsKey(by)) return Problem.Of(400, "spend.by", $"'by' is one of {string.Join(", ", SpendReports.Keys.Keys)}.");
        if (format is not (null or "json" or "csv")) return Problem.Of(400, "spend.format", "'format' is json or csv.");
        var tenant = http.Caller().Tenant;
        if (format == "csv") return TypedResults.Text(Csv(await reports.SumAsync(tenant, span, by, 0, int.MaxValue, ct)), "text/csv; charset=utf-8", Encoding.UTF8);
        var list = $"spend {by}";
        var (skip, size) = (Cursors.ReadNumber(list, cursor) ?? 0, Math.Clamp(limit ?? MostGroups, 1, MostGroups));
        var (total, groups) = await reports.SumAsync(tenant, span, by, skip, size + 1, ct);
        return TypedResults.Ok(new SpendReport(span.From, span.To, by, total, [.. groups.Take(size)], groups.Count > size ? Cursors.Of(list, skip + size) : null));
    }

    /// <summary>The time asked for, the last 30 days where nothing is said; null where it cannot be.</summary>
    internal static (DateTimeOffset From, DateTimeOffset To)? Span(DateTimeOffset? from, DateTimeOffset? to, TimeProvider time)
    {
        var until = to ?? time.GetUtcNow();
        var since = from ?? (until - DateTimeOffset.MinValue > Usual ? until - Usual : DateTimeOffset.MinValue);
        return since >= until || until - since > Longest ? null : (since, until);
    }

    internal static ProblemHttpResult OutOfRange() => Problem.Of(400, "spend.range", "'from' must be before 'to', and at most 400 days before it.");

    private static string Csv((SpendGroup Total, List<SpendGroup> Groups) sums)
    {
        var text = new StringBuilder("key,costUsd,calls,inputTokens,cachedInputTokens,cacheWriteTokens,outputTokens,reasoningTokens,audioTokens,estimatedCalls,estimatedUsd,unpricedCalls,failedCalls,cancelledCalls,openCalls\r\n");
        foreach (var group in sums.Groups.Append(sums.Total with { Key = "total" }))
            text.Append(CultureInfo.InvariantCulture, $"{CsvCells.Of(group.Key)},{group.CostUsd},{group.Calls},{group.InputTokens},{group.CachedInputTokens},{group.CacheWriteTokens},{group.OutputTokens},{group.ReasoningTokens},{group.AudioTokens},{group.Estimated},{group.EstimatedUsd},{group.Unpriced},{group.Failed},{group.Cancelled},{group.Open}\r\n");
        return text.ToString();
    }
}

/// <param name="By">What <paramref name="Items"/> are grouped by.</param>
/// <param name="Total">Over all rows of the time, not only those of this page.</param>
/// <param name="Next">Give it as <c>cursor</c> for the next page; absent on the last one.</param>
internal sealed record SpendReport(
    DateTimeOffset From, DateTimeOffset To, string By, SpendGroup Total, IReadOnlyList<SpendGroup> Items,
    [property: System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)] string? Next);

/// <summary>Sums over some calls, in US dollars and tokens.</summary>
/// <param name="Key">The day, model, assistant and so on; empty for calls without one.</param>
/// <param name="InputTokens">All prompt tokens, those of caches and audio included.</param>
/// <param name="OutputTokens">All generated tokens, reasoning and audio included.</param>
/// <param name="Estimated">Calls whose usage the provider did not report whole.</param>
/// <param name="EstimatedUsd">What they cost of <paramref name="CostUsd"/>.</param>
/// <param name="Unpriced">Calls with tokens that have no price: <paramref name="CostUsd"/> lacks them.</param>
/// <param name="Open">Calls that may be under way.</param>
internal sealed record SpendGroup(
    string Key, decimal CostUsd, long Calls, long InputTokens, long OutputTokens, long Estimated, long Unpriced, long Open,
    long CachedInputTokens, long CacheWriteTokens, long ReasoningTokens, long AudioTokens, decimal EstimatedUsd, long Failed, long Cancelled)
{
    public static SpendGroup None { get; } = new("", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /// <summary>The part of the cost that is estimated, 0 to 1.</summary>
    public decimal EstimatedShare => CostUsd == 0 ? 0 : decimal.Round(EstimatedUsd / CostUsd, 4);

    /// <summary>The part of the calls that the cost lacks something of, 0 to 1.</summary>
    public decimal UnpricedShare => Calls == 0 ? 0 : decimal.Round((decimal)Unpriced / Calls, 4);
}
