using System.Collections.Frozen;
using Npgsql;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Models.Spending.Reports;

/// <summary>Sums rows of spend. Every sum is over the rows themselves, so it is exact whatever it is grouped by.</summary>
internal sealed class SpendReports(Database database, ITenants tenants)
{
    /// <summary>What spend is grouped by: expressions of ours, never a caller's text. Days and months are those of the tenant's time zone, as for budgets.</summary>
    internal static readonly FrozenDictionary<string, string> Keys = new Dictionary<string, string>
    {
        ["day"] = "to_char(opened_at at time zone $3, 'YYYY-MM-DD')",
        ["month"] = "to_char(opened_at at time zone $3, 'YYYY-MM')",
        ["model"] = "coalesce(model, '')",
        ["provider"] = "coalesce(provider, '')",
        ["assistant"] = "coalesce(assistant_id::text, '')",
        ["conversation"] = "coalesce(conversation_id::text, '')",
        ["service"] = "service",
        ["purpose"] = "purpose",
        ["key"] = "coalesce(api_key_id::text, '')",
    }.ToFrozenDictionary();

    public async Task<(SpendGroup Total, List<SpendGroup> Groups)> SumAsync(
        TenantId tenant, (DateTimeOffset From, DateTimeOffset To) span, string by, long skip, int most, CancellationToken ct)
    {
        var zone = (await tenants.FindAsync(tenant, ct))?.Zone.Id ?? "UTC";
        var session = database.For(tenant);
        var groups = session.Many(Sums(Keys[by]), Group, Sql.Time(span.From), Sql.Time(span.To), Sql.Text(zone), Sql.Int(most), Sql.Long(skip));
        var total = session.One(Sums("''"), Group, Sql.Time(span.From), Sql.Time(span.To), Sql.Text(zone), Sql.Int(1), Sql.Long(0));
        await session.SendAsync(ct);
        return (total.Value ?? SpendGroup.None, groups.Value);
    }

    /// <summary>Tokens and cost of what providers answered, by model and by the day whose prices hold (UTC, as in the price list).</summary>
    public async Task<List<PricedDay>> DaysAsync(TenantId tenant, (DateTimeOffset From, DateTimeOffset To) span, CancellationToken ct)
    {
        var session = database.For(tenant);
        var days = session.Many(
            """
            select provider, model, (opened_at at time zone 'UTC')::date, unpriced, count(*), count(*) filter (where estimated), sum(cost_usd),
              sum(input_tokens)::bigint, sum(cached_input_tokens)::bigint, sum(cache_write_5m_tokens)::bigint, sum(cache_write_1h_tokens)::bigint,
              sum(output_tokens)::bigint, sum(reasoning_tokens)::bigint, sum(audio_input_tokens)::bigint, sum(audio_output_tokens)::bigint
            from models.spend where opened_at >= $1 and opened_at < $2 and service = 'chat' and purpose <> 'shadow' and provider is not null and model is not null group by 1, 2, 3, 4
            """,
            static row => new PricedDay(row.GetString(0), row.GetString(1), row.GetFieldValue<DateOnly>(2), row.GetBoolean(3), row.GetInt64(4), row.GetInt64(5), row.GetDecimal(6),
                new TokenUsage(row.GetInt64(7), row.GetInt64(8), row.GetInt64(9), row.GetInt64(10), row.GetInt64(11), row.GetInt64(12), row.GetInt64(13), row.GetInt64(14))),
            Sql.Time(span.From), Sql.Time(span.To));
        await session.SendAsync(ct);
        return days.Value;
    }

    /// <summary>What providers kept of the prompts of chat, by model and by the day whose prices hold. A provider or model that kept nothing and could not is not among them.</summary>
    public async Task<List<CachedDay>> CachedDaysAsync(TenantId tenant, (DateTimeOffset From, DateTimeOffset To) span, CancellationToken ct)
    {
        var session = database.For(tenant);
        var days = session.Many(
            """
            select provider, model, (opened_at at time zone 'UTC')::date, count(*), coalesce(sum(cacheable_tokens), 0)::bigint,
              coalesce(sum(cached_input_tokens) filter (where cacheable_tokens is not null), 0)::bigint, sum(input_tokens)::bigint, sum(cached_input_tokens)::bigint,
              sum(cache_write_5m_tokens)::bigint, sum(cache_write_1h_tokens)::bigint
            from models.spend where opened_at >= $1 and opened_at < $2 and service = 'chat' and provider is not null and model is not null
              and (cacheable_tokens is not null or cached_input_tokens > 0 or cache_write_5m_tokens > 0 or cache_write_1h_tokens > 0)
            group by 1, 2, 3
            """,
            static row => new CachedDay(row.GetString(0), row.GetString(1), row.GetFieldValue<DateOnly>(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5),
                new TokenUsage(row.GetInt64(6), row.GetInt64(7), row.GetInt64(8), row.GetInt64(9))),
            Sql.Time(span.From), Sql.Time(span.To));
        await session.SendAsync(ct);
        return days.Value;
    }

    /// <summary>What answers that were given again saved.</summary>
    public async Task<ReusedSum> ReusedAsync(TenantId tenant, (DateTimeOffset From, DateTimeOffset To) span, CancellationToken ct)
    {
        var session = database.For(tenant);
        var sum = session.One(
            "select count(*), count(*) filter (where in_flight), coalesce(sum(saved_usd), 0) from models.reused_answers where at >= $1 and at < $2",
            static row => new ReusedSum(row.GetInt64(0), row.GetInt64(1), row.GetDecimal(2)),
            Sql.Time(span.From), Sql.Time(span.To));
        await session.SendAsync(ct);
        return sum.Value!;
    }

    private static string Sums(string key) =>
        $"""
        select {key} as key, coalesce(sum(cost_usd), 0), count(*), coalesce(sum(input_tokens + cached_input_tokens + cache_write_5m_tokens
          + cache_write_1h_tokens + audio_input_tokens), 0)::bigint, coalesce(sum(output_tokens + reasoning_tokens + audio_output_tokens), 0)::bigint,
          count(*) filter (where estimated), count(*) filter (where unpriced), count(*) filter (where state = 'open'),
          coalesce(sum(cached_input_tokens), 0)::bigint, coalesce(sum(cache_write_5m_tokens + cache_write_1h_tokens), 0)::bigint,
          coalesce(sum(reasoning_tokens), 0)::bigint, coalesce(sum(audio_input_tokens + audio_output_tokens), 0)::bigint,
          coalesce(sum(cost_usd) filter (where estimated), 0), count(*) filter (where state = 'failed'), count(*) filter (where state = 'cancelled')
        from models.spend where opened_at >= $1 and opened_at < $2 and $3::text is not null group by 1 order by 1 limit $4 offset $5
        """;

    private static SpendGroup Group(NpgsqlDataReader row) => new(row.GetString(0), row.GetDecimal(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5),
        row.GetInt64(6), row.GetInt64(7), row.GetInt64(8), row.GetInt64(9), row.GetInt64(10), row.GetInt64(11), row.GetDecimal(12), row.GetInt64(13), row.GetInt64(14));
}

/// <summary>One model on one day.</summary>
internal sealed record PricedDay(string Provider, string Model, DateOnly Day, bool Unpriced, long Calls, long Estimated, decimal CostUsd, TokenUsage Usage);
