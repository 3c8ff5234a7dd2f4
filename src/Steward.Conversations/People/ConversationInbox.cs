using Npgsql;
using Steward.Conversations.Intake;
using Steward.Conversations.Live;
using Steward.Conversations.Turns;
using Steward.Platform.Events;
using Steward.Platform.Events.Records;
using Steward.Platform.Paging;
using Steward.Platform.Postgres;
using Steward.Platform.Sealing;
using Steward.Platform.Tenancy;

namespace Steward.Conversations.People;

/// <summary>What people do. An act of a member first passes what the member may see; the database hides `own` rows of others by itself.</summary>
internal sealed class ConversationInbox(
    ConversationReader reader, ConversationActs acts, ISealing sealing, LiveHub hub, INodeSignals signals, ConversationSettings settings) : IConversationInbox
{
    public Task<Page<ConversationView>> ListAsync(Viewer viewer, ConversationFilter filter, CancellationToken ct)
        => filter.Query is null ? reader.ListAsync(viewer, filter, ct) : reader.SearchAsync(viewer, filter, ct);

    public Task<ConversationView?> FindAsync(Viewer viewer, Guid conversationId, CancellationToken ct) => reader.FindAsync(viewer, conversationId, ct);

    public Task<Page<MessageView>> MessagesAsync(Viewer viewer, Guid conversationId, long after, int limit, CancellationToken ct)
        => reader.MessagesAsync(viewer, conversationId, after, limit, ct);

    public async Task AssignAsync(Viewer viewer, Guid conversationId, Guid? memberId, CancellationToken ct)
    {
        var session = reader.Open(viewer);
        var changed = session.Add(
            """
            update conversations.conversations c set assignee_id = $3, version = version + 1
            where c.id = $1 and (c.visibility <> 1 or c.assignee_id is null or c.assignee_id = $2 or $2::uuid is null)
            """,
            Sql.Uuid(conversationId), Sql.Uuid(viewer.MemberId), Sql.Uuid(memberId));
        session.Record(new ConversationHandled(conversationId, "assigned", memberId));
        await using var transaction = await session.BeginAsync(ct);
        await session.SendAsync(ct);
        if (changed.Value == 0)
        {
            throw ConversationProblems.Unknown();
        }

        await transaction.CommitAsync(ct);
    }

    public async Task TakeOverAsync(Viewer viewer, Guid conversationId, CancellationToken ct)
    {
        var key = Key(viewer, conversationId);
        await acts.ActAsync(key, viewer.MemberId, machine: false, "take", "taken", ct);
        hub.Tell(key, new HandoffChanged(conversationId, "assigned", viewer.MemberId));
    }

    public async Task<MessageView> ReplyAsync(Viewer viewer, Guid conversationId, string text, string? clientId, CancellationToken ct)
    {
        var written = new Written(Guid.CreateVersion7(), MessageText.Checked(text, settings.MessageLimit), clientId);
        var key = Key(viewer, conversationId);
        try
        {
            var acted = await acts.ActAsync(key, viewer.MemberId, machine: false, "write", "replied", ct, written: written);
            Counters.Said(MessageAuthor.Member);
            var message = new MessageView(
                written.Id, acted.Number!.Value, MessageAuthor.Member, viewer.MemberId, written.Text, acted.At, clientId, null, [], null, null, null, null);
            hub.Tell(key, new MessageCompleted(conversationId, message));
            signals.Send(SignalKind.Stored, key, acted.Epoch);
            return message;
        }
        catch (PostgresException repeated) when (repeated.SqlState == SqlStates.Duplicate)
        {
            var number = long.Parse(repeated.MessageText.Split(' ')[2]);
            return (await reader.MessagesAsync(viewer, conversationId, number - 1, 1, ct)).Items[0];
        }
    }

    public async Task GiveBackAsync(Viewer viewer, Guid conversationId, CancellationToken ct)
    {
        var key = Key(viewer, conversationId);
        await acts.ActAsync(key, viewer.MemberId, machine: false, "back", "returned", ct);
        hub.Tell(key, new HandoffChanged(conversationId, "returned", null));
    }

    public Task ResolveAsync(Viewer viewer, Guid conversationId, CancellationToken ct)
        => acts.ActAsync(Key(viewer, conversationId), viewer.MemberId, machine: false, "resolve", "resolved", ct);

    public Task ReopenAsync(Viewer viewer, Guid conversationId, CancellationToken ct)
        => acts.ActAsync(Key(viewer, conversationId), viewer.MemberId, machine: false, "reopen", "reopened", ct);

    public Task SnoozeAsync(Viewer viewer, Guid conversationId, DateTimeOffset until, CancellationToken ct)
        => acts.ActAsync(Key(viewer, conversationId), viewer.MemberId, machine: false, "snooze", "snoozed", ct, until: until);

    public async Task RequestPersonAsync(TenantId tenant, Guid conversationId, string? reason, CancellationToken ct)
    {
        var key = new ConversationKey(tenant, conversationId);
        await acts.ActAsync(key, null, machine: true, "ask", "asked", ct, reason: reason);
        hub.Tell(key, new HandoffChanged(conversationId, "waiting", null));
    }

    public async Task<ConversationView> EditAsync(Viewer viewer, Guid conversationId, ConversationEdit edit, long[]? versions, CancellationToken ct)
    {
        ConversationEditRules.Check(edit, viewer);
        var sealer = await sealing.ForAsync(viewer.Tenant, ct);
        var session = reader.Open(viewer);
        await using var transaction = await session.BeginAsync(ct);
        var owner = edit.Visibility == ConversationVisibility.Own ? viewer.MemberId : null;
        var changed = session.Add(
            """
            update conversations.conversations c set
              title = case when $3::bytea is not null then $3 when $4 then null else c.title end,
              tags = coalesce($5, c.tags), record_kind = case when $6::text is null then c.record_kind else nullif($6, '') end,
              record_id = case when $7::text is null then c.record_id else nullif($7, '') end,
              visibility = coalesce($8::int, c.visibility), owner_id = case when $8::int is null then c.owner_id else $9 end, version = c.version + 1
            where c.id = $1 and (c.visibility <> 1 or c.assignee_id is null or c.assignee_id = $2 or $2::uuid is null) and ($10::bigint[] is null or c.version = any($10))
            """,
            Sql.Uuid(conversationId), Sql.Uuid(viewer.MemberId),
            Sql.Bytes(edit.Title is { Length: > 0 } title ? sealer.Seal(Fields.Title(conversationId), title) : null), Sql.Bool(edit.Title?.Length == 0),
            Sql.Texts(edit.Tags is null ? null : [.. edit.Tags]), Sql.Text(edit.RecordKind), Sql.Text(edit.RecordId), Sql.Int((int?)edit.Visibility), Sql.Uuid(owner), Sql.Longs(versions));
        if (edit.Visibility is not null)
        {
            // The owner is repeated on the rows it guards.
            session.Add("update conversations.messages set owner_id = $2 where conversation_id = $1", Sql.Uuid(conversationId), Sql.Uuid(owner));
            session.Add("update conversations.turns set owner_id = $2 where conversation_id = $1", Sql.Uuid(conversationId), Sql.Uuid(owner));
        }

        session.Record(new ConversationHandled(conversationId, "edited", viewer.MemberId));
        await session.SendAsync(ct);
        if (changed.Value == 0)
        {
            await transaction.DisposeAsync();
            throw await reader.FindAsync(viewer, conversationId, ct) is null ? ConversationProblems.Unknown() : ConversationProblems.Changed();
        }

        await transaction.CommitAsync(ct);
        return await reader.FindAsync(viewer, conversationId, ct) ?? throw ConversationProblems.Unknown();
    }

    private static ConversationKey Key(Viewer viewer, Guid conversation) => new(viewer.Tenant, conversation);
}

/// <summary>What an edit may say.</summary>
internal static class ConversationEditRules
{
    public static void Check(ConversationEdit edit, Viewer viewer)
    {
        if (edit.Title?.Length > 200 || Broken(edit.Title))
        {
            throw new ConversationProblemException(400, "conversation.title_too_long", "A title is one line of at most 200 characters.");
        }

        if (edit.Tags is { } tags && (tags.Count > 50 || tags.Any(static tag => string.IsNullOrWhiteSpace(tag) || tag.Length > 60 || Broken(tag))))
        {
            throw new ConversationProblemException(400, "conversation.tags_invalid", "At most 50 tags, each one line of 1 to 60 characters.");
        }

        if (edit.RecordKind?.Length > 60 || edit.RecordId?.Length > 200 || Broken(edit.RecordKind) || Broken(edit.RecordId))
        {
            throw new ConversationProblemException(400, "conversation.record_invalid", "A record's kind is one line of at most 60 characters, its id one of at most 200.");
        }

        if (edit.Visibility == ConversationVisibility.Own && viewer.MemberId is null)
        {
            throw new ConversationProblemException(400, "conversation.owner_missing", "Only a member can make a conversation visible to its owner alone.");
        }
    }

    private static bool Broken(string? line) => line?.Any(char.IsControl) == true;
}
