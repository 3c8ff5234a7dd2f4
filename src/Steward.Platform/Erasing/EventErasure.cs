using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Erasing;

/// <summary>
/// Events about what is erased go with it. No index leads from a subject to its events, because every message would pay for it: the tenant's
/// events are walked, some thousands at a time.
/// </summary>
internal sealed class EventErasure(Database database) : IEraser
{
    private const int Stretch = 50_000;

    public string Room => "platform";

    public async Task EraseAsync(ErasedSubjects subjects, CancellationToken ct)
    {
        var about = subjects.Ids;
        for (long? after = 0; after is { } from;)
        {
            var session = database.For(subjects.Tenant);
            var last = session.One(
                """
                with stretch as (select id, subject from platform.events where tenant_id = (select current_setting('steward.tenant')::uuid) and id > $2 order by id limit $3),
                gone as (
                  delete from platform.events e where e.tenant_id = (select current_setting('steward.tenant')::uuid)
                    and e.id = any (array(select s.id from stretch s where s.subject = any ($1))))
                select max(id), count(*) from stretch
                """,
                static row => row.GetInt64(1) < Stretch ? (long?)null : row.GetInt64(0), Sql.Uuids(about), Sql.Long(from), Sql.Int(Stretch));
            await session.SendAsync(ct);
            after = last.Value;
        }
    }

    public Task EraseTenantAsync(TenantId tenant, CancellationToken ct) => Task.CompletedTask;
}
