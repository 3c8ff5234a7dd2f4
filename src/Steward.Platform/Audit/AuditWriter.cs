using Steward.Platform.Events;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Audit;

/// <summary>
/// Writes entries, once per event however often it comes. What operators and commands did to a tenant is written for the tenant and for
/// the installation, where it outlives the tenant.
/// </summary>
internal sealed class AuditWriter(Database database)
{
    public async Task WriteAsync(TenantId tenant, IReadOnlyList<StoredEvent> events, CancellationToken ct)
    {
        var drafts = events.Select(AuditRules.Draft).OfType<AuditDraft>().ToList();
        if (tenant == TenantId.Installation)
        {
            await StoreAsync(tenant, drafts, null, ct);
            return;
        }

        await StoreAsync(TenantId.Installation, drafts.FindAll(draft => OfInstallation(draft.By)), tenant, ct);
        // Where the people who run the installation sit is not the tenant's to know.
        await StoreAsync(tenant, drafts.ConvertAll(draft => OfInstallation(draft.By) ? draft with { By = draft.By with { Origin = null } } : draft), null, ct);
    }

    private static bool OfInstallation(Actor by) => by.Kind is ActorKind.Operator or ActorKind.Command;

    private async Task StoreAsync(TenantId tenant, List<AuditDraft> drafts, TenantId? about, CancellationToken ct)
    {
        var session = database.For(tenant);
        foreach (var draft in drafts)
        {
            session.Add(
                """
                insert into platform.audit (tenant_id, event_id, at, actor, actor_id, door, origin, action, subject, of_tenant, details)
                select current_setting('steward.tenant')::uuid, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10
                where $11 or exists (select from platform.tenants t where t.tenant_id = current_setting('steward.tenant')::uuid and t.erasing_since is null)
                on conflict (tenant_id, event_id) do nothing
                """,
                Sql.Long(draft.EventId), Sql.Time(draft.At), Sql.Text(draft.By.Kind.Name()), Sql.Uuid(draft.By.Id), Sql.Text(draft.By.Door), Sql.Text(draft.By.Origin),
                Sql.Text(draft.Action), Sql.Uuid(draft.Subject), Sql.Uuid(about?.Value), Sql.Json(draft.Details), Sql.Bool(tenant == TenantId.Installation));
        }

        await session.SendAsync(ct);
    }
}
