using Microsoft.Extensions.Logging;
using Steward.Platform.Erasing;
using Steward.Platform.Postgres;
using Steward.Platform.Schedules;
using Steward.Platform.Tenancy.Standings;

namespace Steward.Platform.Tenancy.Erasing;

/// <summary>
/// Erases tenants whose time of grace has ended: what rooms keep outside the database, then the keys (from here on nothing sealed opens,
/// in backups neither), then every row. Each step can be repeated, so a crash anywhere is made up for by the next run.
/// </summary>
internal sealed partial class TenantErasure(
    Database database, IEnumerable<IEraser> erasers, TenantTables tables, TenantStandings standings, TimeProvider time, ILogger<TenantErasure> log)
{
    private const int Most = 20;

    /// <summary>Erases what is due. Returns how many; one that fails does not hold up the others, and is thrown at the end.</summary>
    public async Task<int> RunDueAsync(CancellationToken ct)
    {
        var due = await database.DispatchAsync("select tenant_id from platform.due_erasures($1)", row => new TenantId(row.GetGuid(0)), ct, Sql.Int(Most));
        var erased = 0;
        var failures = new Failures();
        foreach (var tenant in due)
        {
            await failures.KeepAsync(async () => erased += await EraseAsync(tenant, ct) ? 1 : 0, failure => Failed(log, failure, tenant));
        }

        failures.ThrowIfAny();
        return erased;
    }

    private async Task<bool> EraseAsync(TenantId tenant, CancellationToken ct)
    {
        if (await BeginAsync(tenant, ct) is not { } asked)
        {
            return false;
        }

        foreach (var eraser in erasers)
        {
            await eraser.EraseTenantAsync(tenant, ct);
        }

        var session = database.For(tenant);
        session.Add("delete from platform.tenant_keys where tenant_id = $1", Sql.Uuid(tenant.Value));
        await session.SendAsync(ct);
        await tables.DeleteAsync(tenant, ct);
        session.Add("insert into platform.erasures (erased_id, asked_at) values ($1, $2) on conflict do nothing", Sql.Uuid(tenant.Value), Sql.Time(asked));
        session.Add("delete from platform.tenants where tenant_id = $1", Sql.Uuid(tenant.Value));
        await session.SendAsync(ct);
        await standings.AnnounceAsync(ct);
        Erased(log, tenant);
        return true;
    }

    /// <summary>
    /// The point of no return. When the deletion was asked for, or null when it is not time: the database's clock and this node's must
    /// both be past the time of grace, so that one clock that jumped erases nothing early.
    /// </summary>
    private async Task<DateTimeOffset?> BeginAsync(TenantId tenant, CancellationToken ct)
    {
        var session = database.For(tenant);
        var begun = session.One(
            """
            update platform.tenants set erasing_since = coalesce(erasing_since, clock_timestamp())
            where tenant_id = $1 and state = 'deleting' and erase_at <= clock_timestamp() and erase_at <= $2
            returning state_changed_at
            """,
            row => (DateTimeOffset?)row.GetFieldValue<DateTimeOffset>(0), Sql.Uuid(tenant.Value), Sql.Time(time.GetUtcNow()));
        await session.SendAsync(ct);
        return begun.Value;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Tenant {Tenant} was erased")]
    private static partial void Erased(ILogger log, TenantId tenant);

    [LoggerMessage(Level = LogLevel.Error, Message = "Erasing tenant {Tenant} failed; it is tried again")]
    private static partial void Failed(ILogger log, Exception failure, TenantId tenant);
}
