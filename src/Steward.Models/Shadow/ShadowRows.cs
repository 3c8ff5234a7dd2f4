using System.Text.Json;
using Steward.Platform.Postgres;
using Steward.Platform.Sealing;
using Steward.Platform.Tenancy;

namespace Steward.Models.Shadow;

/// <summary>How many pairs there are.</summary>
internal sealed record PairCounts(long Pairs, long Training, long HeldBack);

/// <summary>One intent on one day (UTC).</summary>
internal sealed record DaySimilarity(DateOnly Day, string Intent, long Pairs, double Mean);

/// <summary>A pair as it is kept.</summary>
internal sealed record StoredPair(Guid Id, DateTimeOffset At, string Intent, string Teacher, string? Student, bool HeldBack, string? Embedder, double? Similarity, PairText Text);

/// <summary>Reading pairs.</summary>
internal sealed class ShadowRows(Database database, ISealing sealing)
{
    private const string Own = "tenant_id = (select current_setting('steward.tenant')::uuid)";

    /// <param name="student">Whose similarities; those of earlier students and embedders are other measures.</param>
    public async Task<(PairCounts Counts, IReadOnlyList<Measured> HeldBack, IReadOnlyList<DaySimilarity> Days, decimal ApiUsd, decimal ChatUsd)> ReportAsync(
        TenantId tenant, string? student, string embedder, DateTimeOffset since, CancellationToken ct)
    {
        var session = database.For(tenant);
        var counts = session.One(
            $"select count(*), count(*) filter (where not held_back) from models.shadow_pairs where {Own}",
            row => new PairCounts(row.GetInt64(0), row.GetInt64(1), row.GetInt64(0) - row.GetInt64(1)));
        var held = session.Many(
            $"select intent, count(*), avg(similarity), coalesce(stddev_samp(similarity), 0) from models.shadow_pairs where {Own} and held_back and student = $1 and embedder = $2 group by intent order by intent",
            row => new Measured(row.GetString(0), row.GetInt64(1), row.GetDouble(2), row.GetDouble(3)), Sql.Text(student ?? ""), Sql.Text(embedder));
        var days = session.Many(
            $"""
            select (at at time zone 'UTC')::date, intent, count(*), avg(similarity) from models.shadow_pairs
            where {Own} and at >= $3 and student = $1 and embedder = $2 group by 1, 2 order by 1, 2
            """,
            row => new DaySimilarity(row.GetFieldValue<DateOnly>(0), row.GetString(1), row.GetInt64(2), row.GetDouble(3)), Sql.Text(student ?? ""), Sql.Text(embedder), Sql.Time(since));
        var cost = session.One(
            $"select coalesce(sum(cost_usd), 0), coalesce(sum(cost_usd) filter (where service = 'chat'), 0) from models.spend where {Own} and opened_at >= $1 and purpose <> 'shadow'",
            row => (Api: row.GetDecimal(0), Chat: row.GetDecimal(1)), Sql.Time(since));
        await session.SendAsync(ct);
        return (counts.Value!, held.Value, days.Value, cost.Value.Api, cost.Value.Chat);
    }

    /// <summary>A portion in the order they came, after an id.</summary>
    /// <param name="training">Only what is not held back.</param>
    public async Task<IReadOnlyList<StoredPair>> PortionAsync(TenantId tenant, Guid after, int most, bool training, CancellationToken ct)
    {
        var sealer = await sealing.ForAsync(tenant, ct);
        var session = database.For(tenant);
        var rows = session.Many(
            $"""
            select id, at, intent, teacher, student, held_back, embedder, similarity, pair from models.shadow_pairs
            where {Own} and id > $1 and not (held_back and $2) order by id limit $3
            """,
            row =>
            {
                var id = row.GetGuid(0);
                var text = JsonSerializer.Deserialize<PairText>(sealer.Open(ShadowPairs.Field(id), row.GetFieldValue<byte[]>(8)), JsonSerializerOptions.Web)!;
                return new StoredPair(
                    id, row.GetFieldValue<DateTimeOffset>(1), row.GetString(2), row.GetString(3), row.IsDBNull(4) ? null : row.GetString(4), row.GetBoolean(5), row.IsDBNull(6) ? null : row.GetString(6),
                    row.IsDBNull(7) ? null : row.GetDouble(7), text);
            },
            Sql.Uuid(after), Sql.Bool(training), Sql.Int(most));
        await session.SendAsync(ct);
        return rows.Value;
    }
}
