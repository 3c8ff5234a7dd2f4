using Microsoft.Extensions.Configuration;
using Steward.Platform.Events;
using Steward.Platform.Events.Records;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy.Standings;

namespace Steward.Platform.Tenancy.Lifecycle;

/// <summary>Why a tenant's state was not changed.</summary>
internal enum LifecycleRefusal
{
    None,
    NotFound,

    /// <summary>Another operator changed it since it was read.</summary>
    Stale,

    /// <summary>The act does not fit the state.</summary>
    State,

    /// <summary>Its rows are being erased; it is too late.</summary>
    Erasing,
}

/// <summary>Suspends, resumes, deletes and undeletes tenants. Every change is in force on all nodes within seconds.</summary>
internal sealed class TenantLifecycle(Database database, TenantStandings standings, IConfiguration configuration)
{
    /// <summary>How long a deletion can be undone.</summary>
    public TimeSpan Grace { get; } = TimeSpan.FromDays(configuration.GetValue("STEWARD_TENANT_GRACE_DAYS", 30d) is var days and >= 0 and <= 3650
        ? days
        : throw new FormatException("STEWARD_TENANT_GRACE_DAYS is a number of days from 0 to 3650."));

    /// <summary>Does the act if the tenant is in one of the versions the caller has seen (null for any).</summary>
    public async Task<(Tenant? Tenant, LifecycleRefusal Refusal)> DoAsync(TenantId id, TenantAct act, long[]? seen, Guid by, CancellationToken ct)
    {
        var session = database.For(id);
        await using var transaction = await session.BeginAsync(ct);
        var found = TenantRows.AppendRead(session, locked: true);
        var rest = session.One(
            "select state_before, erasing_since is not null from platform.tenants where tenant_id = $1",
            row => (Before: row.IsDBNull(0) ? null : row.GetString(0), Erasing: row.GetBoolean(1)), Sql.Uuid(id.Value));
        await session.SendAsync(ct);
        if (found.Value is not { } tenant)
        {
            return (null, LifecycleRefusal.NotFound);
        }

        if (seen is not null && !seen.Contains(tenant.Version))
        {
            return (tenant, LifecycleRefusal.Stale);
        }

        if (LifecycleRules.After(act, tenant.State, rest.Value.Before) is not { } state)
        {
            return (tenant, LifecycleRefusal.State);
        }

        if (rest.Value.Erasing)
        {
            return (tenant, LifecycleRefusal.Erasing);
        }

        // The database's clock, as for everything that nodes must agree on: a node whose clock jumped shortens no time of grace.
        session.Add(
            """
            update platform.tenants set state = $2, version = version + 1, state_changed_at = clock_timestamp(),
              state_before = case when $3 then state end, erase_at = case when $3 then clock_timestamp() + $4 end
            where tenant_id = $1
            """,
            Sql.Uuid(id.Value), Sql.Text(state), Sql.Bool(act == TenantAct.Delete), Sql.Interval(Grace));
        Record(session, act, id.Value, by);
        var after = TenantRows.AppendRead(session);
        await transaction.CommitAsync(ct);
        await standings.AnnounceAsync(CancellationToken.None);
        return (after.Value, LifecycleRefusal.None);
    }

    private static void Record(TenantSession session, TenantAct act, Guid tenant, Guid by)
    {
        switch (act)
        {
            case TenantAct.Suspend:
                session.Record(new TenantSuspended(tenant, by));
                break;
            case TenantAct.Resume:
                session.Record(new TenantResumed(tenant, by));
                break;
            case TenantAct.Delete:
                session.Record(new TenantDeleted(tenant, by));
                break;
            case TenantAct.Undelete:
                session.Record(new TenantUndeleted(tenant, by));
                break;
        }
    }
}
