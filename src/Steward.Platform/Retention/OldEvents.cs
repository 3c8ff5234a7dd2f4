using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Retention;

/// <summary>Events that are old enough, and that every subscriber has had: one that lags keeps them.</summary>
internal sealed class OldEvents(Database database) : IRetentionClass
{
    private const int Portion = 5_000;

    public RetentionBounds Bounds { get; } = new("events", Days: 90, Least: 7, Most: 3650, MayBeKept: true);

    public async Task<bool> SweepAsync(TenantId tenant, DateTimeOffset before, CancellationToken ct)
    {
        var session = database.For(tenant);
        // A subscriber that no program has any more stops moving; it holds nothing up for more than a month.
        var gone = session.Add(
            """
            delete from platform.events where tenant_id = (select current_setting('steward.tenant')::uuid) and id = any (array(
              select e.id from platform.events e
              where e.tenant_id = (select current_setting('steward.tenant')::uuid) and e.at < $1
                and not exists (select from platform.subscribers s where s.moved_at > now() - interval '30 days' and s.tx <= e.tx)
              order by e.id limit $2))
            """,
            Sql.Time(before), Sql.Int(Portion));
        await session.SendAsync(ct);
        return gone.Value == Portion;
    }
}
