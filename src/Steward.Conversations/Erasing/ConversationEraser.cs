using Steward.Platform.Erasing;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Conversations.Erasing;

/// <summary>Deletes what hangs on conversations that are out of use: what was said, why it was answered so, how it was carried, and the words it is found by.</summary>
internal sealed class ConversationEraser(Database database) : IEraser
{
    private const int Portion = 5_000;

    // Deliveries refer to messages, so they go before them. The last four are empty when the conversation goes, and are written after it only by work
    // that was under way.
    private static readonly string[] Tables =
    [
        "conversations.deliveries", "conversations.messages", "conversations.turns", "conversations.message_words", "conversations.worded",
        "conversations.word_work", "conversations.live_snapshots", "conversations.tool_calls", "conversations.work",
    ];

    public string Room => "conversations";

    public async Task EraseAsync(ErasedSubjects subjects, CancellationToken ct)
    {
        Guid[] conversations = [.. subjects.Conversations];
        var session = Open(subjects.Tenant);
        session.Add(
            """
            delete from conversations.delivery_statuses s using conversations.deliveries d
            where d.tenant_id = s.tenant_id and d.channel_id = s.channel_id and d.provider_id = s.provider_id and d.conversation_id = any ($1)
            """,
            Sql.Uuids(conversations));
        // How far old messages were read is a conversation's id; without it they are read once more.
        session.Add("update conversations.word_search set filled_to = null where filled_to = any ($1)", Sql.Uuids(conversations));
        await session.SendAsync(ct);
        foreach (var table in Tables)
        {
            Pending<int> gone;
            do
            {
                session = Open(subjects.Tenant);
                gone = session.Add(
                    $"delete from {table} where ctid = any (array(select ctid from {table} where tenant_id = (select current_setting('steward.tenant')::uuid) and conversation_id = any ($1) limit $2))",
                    Sql.Uuids(conversations), Sql.Int(Portion));
                await session.SendAsync(ct);
            }
            while (gone.Value > 0);
        }
    }

    public Task EraseTenantAsync(TenantId tenant, CancellationToken ct) => Task.CompletedTask;

    /// <summary>Conversations that only their owner sees are erased too.</summary>
    private TenantSession Open(TenantId tenant)
    {
        var session = database.For(tenant);
        session.One("select set_config('steward.member', 'machine', true)", static _ => 0);
        return session;
    }
}
