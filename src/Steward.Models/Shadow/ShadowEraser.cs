using Steward.Platform.Erasing;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Models.Shadow;

/// <summary>Pairs of a contact, and of a conversation, go with it.</summary>
internal sealed class ShadowEraser(Database database) : IEraser
{
    public string Room => "models";

    public async Task EraseAsync(ErasedSubjects subjects, CancellationToken ct)
    {
        var session = database.For(subjects.Tenant);
        session.Add(
            "delete from models.shadow_pairs where tenant_id = (select current_setting('steward.tenant')::uuid) and (contact_id = any($1) or conversation_id = any($2))",
            Sql.Uuids([.. subjects.Contacts]), Sql.Uuids([.. subjects.Conversations]));
        await session.SendAsync(ct);
    }

    public Task EraseTenantAsync(TenantId tenant, CancellationToken ct) => Task.CompletedTask;
}
