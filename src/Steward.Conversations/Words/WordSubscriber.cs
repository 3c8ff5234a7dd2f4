using Steward.Platform.Events;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Conversations.Words;

/// <summary>Notes conversations that have new messages. Cheap, so that other subscribers do not wait: <see cref="WordWork"/> reads the messages.</summary>
internal sealed class WordSubscriber(Database database) : IEventSubscriber
{
    public string Name => "conversations.words";

    public IReadOnlySet<string> Events { get; } = new HashSet<string>
    {
        EventNames.MessageReceived, EventNames.TurnCommitted, EventNames.TurnFailed, EventNames.ConversationHandled,
    };

    public async Task HandleAsync(TenantId tenant, IReadOnlyList<StoredEvent> events, CancellationToken ct)
    {
        var session = database.For(tenant);
        session.Add(
            """
            insert into conversations.word_work as w (tenant_id, conversation_id)
            select current_setting('steward.tenant')::uuid, id from unnest($1) n(id)
            where not exists (select from conversations.word_search s where s.tenant_id = current_setting('steward.tenant')::uuid and not s.enabled)
            on conflict (tenant_id, conversation_id) do update set mark = w.mark + 1
            """,
            Sql.Uuids([.. events.Select(happened => happened.Subject).Distinct()]));
        await session.SendAsync(ct);
    }
}
