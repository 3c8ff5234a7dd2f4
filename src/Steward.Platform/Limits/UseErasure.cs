using Steward.Platform.Erasing;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Limits;

/// <summary>What contacts used of their limits is counted under their ids; the tenant's own counts stay as they are.</summary>
internal sealed class UseErasure(Database database) : IEraser
{
    public string Room => "platform";

    public async Task EraseAsync(ErasedSubjects subjects, CancellationToken ct)
    {
        var session = database.For(subjects.Tenant);
        session.Add(
            "delete from platform.rate_counts where tenant_id = (select current_setting('steward.tenant')::uuid) and key = any ($1)",
            Sql.Texts([.. subjects.Contacts.Select(static contact => contact.ToString())]));
        await session.SendAsync(ct);
    }

    public Task EraseTenantAsync(TenantId tenant, CancellationToken ct) => Task.CompletedTask;
}
