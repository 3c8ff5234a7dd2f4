using Steward.Platform.Audit;
using Steward.Platform.Events;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Erasing;

/// <summary>
/// Events about what is erased go with it. What members, keys and operators did must not vanish that way: where the audit has not come so far, it gets
/// its entries first.
/// </summary>
internal sealed class EventErasure(Database database, AuditWriter audit)
{
    private const int Stretch = 50_000;

    /// <summary>Walks the tenant's events, some thousands at a time: no index leads from a subject to its events, because every message would pay for it.</summary>
    public async Task EraseAsync(TenantId tenant, Guid[] about, CancellationToken ct)
    {
        for (long? after = 0; after is { } from;)
        {
            var session = database.For(tenant);
            var seen = session.One(
                """
                with stretch as (select id, subject from platform.events where tenant_id = (select current_setting('steward.tenant')::uuid) and id > $2 order by id limit $3)
                select max(id), count(*), coalesce(array_agg(id) filter (where subject = any ($1)), '{}') from stretch
                """,
                static row => (Next: row.GetInt64(1) < Stretch ? (long?)null : row.GetInt64(0), Found: row.GetFieldValue<long[]>(2)),
                Sql.Uuids(about), Sql.Long(from), Sql.Int(Stretch));
            await session.SendAsync(ct);
            await DropAsync(tenant, seen.Value.Found, ct);
            after = seen.Value.Next;
        }
    }

    /// <summary>The same for files, whose events have an index.</summary>
    public async Task EraseOfFilesAsync(TenantId tenant, Guid[] files, CancellationToken ct)
    {
        var session = database.For(tenant);
        var found = session.Many(
            $"""
            select id from platform.events where tenant_id = (select current_setting('steward.tenant')::uuid)
              and name in ('{EventNames.FileStored}', '{EventNames.FileRemoved}') and subject = any ($1)
            """,
            static row => row.GetInt64(0), Sql.Uuids(files));
        await session.SendAsync(ct);
        await DropAsync(tenant, [.. found.Value], ct);
    }

    private async Task DropAsync(TenantId tenant, long[] ids, CancellationToken ct)
    {
        if (ids.Length == 0)
        {
            return;
        }

        var session = database.For(tenant);
        var unread = session.Events(
            "e.name = any ($2) and not exists (select from platform.subscribers s where s.name = $3 and s.tx > e.tx)",
            ids, Sql.Texts([.. AuditRules.Events]), Sql.Text(AuditSubscriber.StableName));
        await session.SendAsync(ct);
        await audit.WriteAsync(tenant, unread.Value, ct);
        session.Add("delete from platform.events where tenant_id = (select current_setting('steward.tenant')::uuid) and id = any ($1)", Sql.Longs(ids));
        await session.SendAsync(ct);
    }
}
