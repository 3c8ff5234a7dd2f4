using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Steward.Platform.Access;
using Steward.Platform.Postgres;
using Steward.Platform.Problems;

namespace Steward.Models.Spending;

/// <summary><c>GET /api/spend</c>: exact sums of rows by the time their call began.</summary>
internal static class SpendEndpoint
{
    private const int MostGroups = 1000;
    private static readonly TimeSpan Longest = TimeSpan.FromDays(400);

    public static async Task<Results<Ok<SpendReport>, ProblemHttpResult>> GetAsync(
        HttpContext http, Database database, TimeProvider time, DateTimeOffset? from, DateTimeOffset? to, string? by, CancellationToken ct)
    {
        var until = to ?? time.GetUtcNow();
        var since = from ?? until.AddDays(-30);
        if (since >= until || until - since > Longest)
            return Problem.Of(400, "spend.range", "'from' must be before 'to', and at most 400 days before it.");
        var key = by switch
        {
            null or "day" => "to_char(opened_at at time zone 'UTC', 'YYYY-MM-DD')",
            "model" => "coalesce(model, '')",
            "conversation" => "coalesce(conversation_id::text, '')",
            _ => null,
        };
        if (key is null) return Problem.Of(400, "spend.by", "'by' must be day, model or conversation.");
        var session = database.For(http.Caller().Tenant);
        var groups = session.Many(Sums(key), Group, Sql.Time(since), Sql.Time(until), Sql.Int(MostGroups));
        var total = session.One(Sums("''"), Group, Sql.Time(since), Sql.Time(until), Sql.Int(1));
        await session.SendAsync(ct);
        return TypedResults.Ok(new SpendReport(since, until, by ?? "day", total.Value ?? SpendGroup.None, groups.Value));
    }

    // The key is one of three constants, never a caller's text.
    private static string Sums(string key) =>
        $"""
        select {key} as key, coalesce(sum(cost_usd), 0), count(*), coalesce(sum(input_tokens + cached_input_tokens + cache_write_5m_tokens
          + cache_write_1h_tokens + audio_input_tokens), 0)::bigint, coalesce(sum(output_tokens + reasoning_tokens + audio_output_tokens), 0)::bigint,
          count(*) filter (where estimated), count(*) filter (where unpriced), count(*) filter (where state = 'open')
        from models.spend where opened_at >= $1 and opened_at < $2 group by 1 order by 1 limit $3
        """;

    private static SpendGroup Group(Npgsql.NpgsqlDataReader row) => new(row.GetString(0), row.GetDecimal(1), row.GetInt64(2), row.GetInt64(3),
        row.GetInt64(4), row.GetInt64(5), row.GetInt64(6), row.GetInt64(7));
}

/// <summary>Sums in US dollars. <paramref name="Items"/> are at most 1,000 groups; <paramref name="Total"/> covers all rows.</summary>
internal sealed record SpendReport(DateTimeOffset From, DateTimeOffset To, string By, SpendGroup Total, IReadOnlyList<SpendGroup> Items);

internal sealed record SpendGroup(
    string Key, decimal CostUsd, long Calls, long InputTokens, long OutputTokens, long Estimated, long Unpriced, long Open)
{
    public static SpendGroup None { get; } = new("", 0, 0, 0, 0, 0, 0, 0);
}
