using Steward.Platform.Erasing;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Models.Spending;

/// <summary>What was spent stays spent: rows keep model, tokens and amount, and lose whom and which conversation they were for.</summary>
internal sealed class SpendEraser(Database database) : IEraser
{
    private const int Portion = 5_000;

    public string Room => "models";

    public async Task EraseAsync(ErasedSubjects subjects, CancellationToken ct)
    {
        await UnlinkAsync(subjects.Tenant, "conversation_id = any ($1)", [.. subjects.Conversations], ct);
        if (subjects.Contacts.Count > 0)
        {
            // What a conversation was for goes with the conversation; an index by contact would cost every turn.
            await UnlinkAsync(subjects.Tenant, "contact_id = any ($1) and conversation_id is null", [.. subjects.Contacts], ct);
        }
    }

    public Task EraseTenantAsync(TenantId tenant, CancellationToken ct) => Task.CompletedTask;

    private async Task UnlinkAsync(TenantId tenant, string whose, Guid[] ids, CancellationToken ct)
    {
        Pending<int> unlinked;
        do
        {
            var session = database.For(tenant);
            unlinked = session.Add(
                $"""
                update models.spend set conversation_id = null, turn_id = null, contact_id = null
                where ctid = any (array(select ctid from models.spend where tenant_id = (select current_setting('steward.tenant')::uuid) and {whose} limit $2)) and {whose}
                """,
                Sql.Uuids(ids), Sql.Int(Portion));
            await session.SendAsync(ct);
        }
        while (unlinked.Value > 0);
    }
}
