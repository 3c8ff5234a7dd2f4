using Steward.Platform.Events;
using Steward.Platform.Events.Records;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Models.Budgets;

/// <summary>How an edit ended.</summary>
internal enum BudgetEdit
{
    Stored,
    Changed,
    TooMany,
    Unset,
}

/// <summary>What is spent and leased of the period that runs, as far as nodes told.</summary>
internal sealed record BudgetFigures(
    DateTimeOffset StartsAt, DateTimeOffset EndsAt, decimal SpentUsd, decimal LeasedUsd, int NoticedPercent, DateTimeOffset? RefusedAt);

/// <summary>Reads and changes a tenant's budgets. A change is in force on this node at once and on the others within seconds.</summary>
internal sealed class BudgetStore(Database database, BudgetBook book, BudgetDesk desk)
{
    /// <summary>Budgets that one tenant may set: each is counted on every node.</summary>
    internal const int Most = 200;

    public async Task<(BudgetSet Set, IReadOnlyDictionary<string, BudgetFigures> Figures)> ReadAsync(TenantId tenant, CancellationToken ct)
    {
        await book.RefreshAsync(ct);
        await desk.AskAsync(ct);
        var session = database.For(tenant);
        var figures = session.Many(
            """
            select p.budget, p.starts_at, p.ends_at, p.base_usd + coalesce(sum(u.spent_usd), 0), coalesce(sum(greatest(0, u.granted_usd - u.spent_usd)), 0), p.noticed, p.refused_at
            from models.budget_periods p left join models.budget_uses u using (tenant_id, budget, period)
            where p.starts_at <= models.budget_now() and p.ends_at > models.budget_now() group by p.tenant_id, p.budget, p.period
            """,
            static row => (Budget: row.GetString(0), Figures: new BudgetFigures(row.GetFieldValue<DateTimeOffset>(1), row.GetFieldValue<DateTimeOffset>(2), row.GetDecimal(3),
                row.GetDecimal(4), row.GetInt32(5), row.IsDBNull(6) ? null : row.GetFieldValue<DateTimeOffset>(6))));
        await session.SendAsync(ct);
        return (book.Of(tenant), figures.Value.ToDictionary(static one => one.Budget, static one => one.Figures, StringComparer.Ordinal));
    }

    /// <summary>Sets one budget; the version seen of one that was never set is 0.</summary>
    public async Task<BudgetEdit> PutAsync(TenantId tenant, BudgetName name, BudgetRequest wanted, long[]? seen, CancellationToken ct)
    {
        var session = database.For(tenant);
        await using var transaction = await session.BeginAsync(ct);
        if (await LockAsync(session, name, ct) is var (was, version, count) && count >= Most && was is null) return BudgetEdit.TooMany;
        if (seen is not null && !seen.Contains(version)) return BudgetEdit.Changed;
        session.Add(
            """
            insert into models.budgets as b (tenant_id, name, scope, assistant_id, service, period, warn_usd, hard_usd, soft)
            values (current_setting('steward.tenant')::uuid, $1, $2, $3, $4, $5, $6, $7, $8)
            on conflict (tenant_id, name) do update set warn_usd = excluded.warn_usd, hard_usd = excluded.hard_usd, soft = excluded.soft, removed = false,
              version = b.version + 1, changed_at = clock_timestamp()
            """,
            Sql.Text(name.ToString()), Sql.Text(name.ScopeText), Sql.Uuid(name.Assistant), Sql.Text(name.Service), Sql.Text(name.PeriodText),
            Sql.Money(wanted.WarnUsd), Sql.Money(wanted.HardUsd), Sql.Bool(wanted.Soft ?? true));
        Record(session, tenant, name, was, wanted with { Soft = wanted.Soft ?? true });
        await transaction.CommitAsync(ct);
        await book.AnnounceAsync(CancellationToken.None);
        return BudgetEdit.Stored;
    }

    /// <summary>Takes a budget away; where there is a default, that holds again.</summary>
    public async Task<BudgetEdit> DeleteAsync(TenantId tenant, BudgetName name, long[]? seen, CancellationToken ct)
    {
        var session = database.For(tenant);
        await using var transaction = await session.BeginAsync(ct);
        var (was, version, _) = await LockAsync(session, name, ct);
        if (was is null) return BudgetEdit.Unset;
        if (seen is not null && !seen.Contains(version)) return BudgetEdit.Changed;
        session.Add("update models.budgets set removed = true, version = version + 1, changed_at = clock_timestamp() where name = $1", Sql.Text(name.ToString()));
        Record(session, tenant, name, was, null);
        await transaction.CommitAsync(ct);
        await book.AnnounceAsync(CancellationToken.None);
        return BudgetEdit.Stored;
    }

    private static async Task<(BudgetRequest? Was, int Version, long Count)> LockAsync(TenantSession session, BudgetName name, CancellationToken ct)
    {
        // One edit of a tenant at a time, so that two first ones are not both the first.
        session.One("select pg_advisory_xact_lock(hashtextextended(current_setting('steward.tenant'), 120))", static _ => 0);
        var row = session.One(
            "select warn_usd, hard_usd, soft, removed, version from models.budgets where name = $1",
            static row => (Was: row.GetBoolean(3) ? null : new BudgetRequest(Money(row, 0), Money(row, 1), row.GetBoolean(2)), Version: row.GetInt32(4)), Sql.Text(name.ToString()));
        var count = session.One("select count(*) from models.budgets where not removed", static row => row.GetInt64(0));
        await session.SendAsync(ct);
        return (row.Value.Was, row.Value.Version, count.Value);
    }

    private static void Record(TenantSession session, TenantId tenant, BudgetName name, BudgetRequest? was, BudgetRequest? becomes) => session.Record(
        new SettingsChanged(tenant.Value, "budget", [new FieldChange("budget", null, name.ToString()), .. FieldChange.Between(was, becomes)]));

    // Without the zeros that storage adds, so that the audit tells 50 and not 50.000000000000.
    private static decimal? Money(Npgsql.NpgsqlDataReader row, int at) => row.IsDBNull(at) ? null : row.GetDecimal(at) / 1.000000000000000000000000000000m;
}
