using Npgsql;
using Steward.Conversations.Channels;
using Steward.Conversations.Contacts;
using Steward.Conversations.Turns;
using Steward.Platform.Events;
using Steward.Platform.Events.Records;
using Steward.Platform.Ids;
using Steward.Platform.Postgres;
using Steward.Platform.Sealing;
using Steward.Platform.Tenancy;

namespace Steward.Conversations.Intake;

/// <summary>Starts conversations, and finds the one that a push channel's sender goes on with.</summary>
internal sealed class ConversationStarter(Database database, ISealing sealing, INumbers numbers, ChannelDirectory channels, ContactBook contacts, ITenantStandings standings)
{
    private const string Series = "conversation";

    public async Task<ConversationRef> StartAsync(TenantId tenant, StartConversation start, CancellationToken ct)
    {
        standings.Demand(tenant);
        var channel = start.ChannelId is { } asked
            ? await channels.FindAsync(tenant, asked, ct) ?? throw ConversationProblems.ChannelUnknown()
            : await channels.ApiAsync(tenant, ct);
        if (!channel.Enabled)
        {
            throw ConversationProblems.ChannelUnknown();
        }

        // Appended to the same batch, unless the contact has an identity and may exist already.
        var session = database.For(tenant);
        var contact = start.ContactId
            ?? (start.Contact?.Identity is null
                ? await contacts.AppendAsync(session, start.Contact ?? new ContactDetails(), ct)
                : (await contacts.EnsureAsync(tenant, channel.Id, start.Contact, ct)).Id);
        var id = Guid.CreateVersion7();
        var number = await numbers.NextAsync(tenant, Series, ct);
        session.Add(
            "insert into conversations.conversations (tenant_id, id, number, channel_id, channel_kind, contact_id) values (current_setting('steward.tenant')::uuid, $1, $2, $3, $4, $5)",
            Sql.Uuid(id), Sql.Long(number), Sql.Uuid(channel.Id), Sql.Text(channel.Kind), Sql.Uuid(contact));
        session.Record(new ConversationStarted(id, channel.Id, contact));
        try
        {
            await session.SendAsync(ct);
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            throw ConversationProblems.ContactUnknown();
        }

        Counters.Started();
        return new ConversationRef(id, number, contact, channel.Id);
    }

    /// <summary>The conversation that a sender on a push channel goes on with, and the contact's language; starts one when there is none.</summary>
    public async Task<(Guid Conversation, string? Language)> LocateAsync(TenantId tenant, IncomingMessage message, CancellationToken ct)
    {
        if (message is not { ChannelId: { } channel, Contact.Identity: { Length: > 0 } identity })
        {
            throw new ArgumentException("A message needs its conversation, or its channel and the sender's identity.", nameof(message));
        }

        _ = ContactRules.Checked(message.Contact);
        var sealer = await sealing.ForAsync(tenant, ct);
        var hash = sealer.IndexHash("identity", identity);
        var session = database.For(tenant);
        var found = session.One(
            "select l.conversation_id, (select k.language from conversations.contacts k where k.id = l.contact_id) from conversations.locate($1, $2) l",
            static row => (Conversation: row.GuidOrNull(0), Language: row.TextOrNull(1)), Sql.Uuid(channel), Sql.Bytes(hash));
        await session.SendAsync(ct);
        if (found.Value.Conversation is { } known)
        {
            return (known, found.Value.Language);
        }

        // Never the id that was found: its contact may be erased by now, and an erased one does not come back.
        var contact = Guid.CreateVersion7();
        var id = Guid.CreateVersion7();
        var opened = session.One(
            "select conversation_id, contact_id from conversations.open_for($1, $2, $3, $4, $5, $6, $7, $8)",
            static row => (Conversation: row.GetGuid(0), Contact: row.GetGuid(1)),
            Sql.Uuid(channel), Sql.Bytes(hash), Sql.Bytes(sealer.Seal(Fields.Identity(contact), identity)), Sql.Uuid(contact),
            Sql.Bytes(sealer.SealOrNull(Fields.ContactName(contact), message.Contact.Name)), Sql.Text(message.Contact.Language), Sql.Uuid(id),
            Sql.Long(await numbers.NextAsync(tenant, Series, ct)));
        try
        {
            await session.SendAsync(ct);
        }
        catch (PostgresException refused) when (refused.SqlState is SqlStates.Unknown or PostgresErrorCodes.ForeignKeyViolation)
        {
            throw ConversationProblems.ChannelUnknown();
        }
        catch (PostgresException erased) when (erased.SqlState == PostgresErrorCodes.NotNullViolation)
        {
            // The sender was erased while its row was waited for: it is somebody new.
            return await LocateAsync(tenant, message, ct);
        }

        if (opened.Value.Conversation == id)
        {
            session.Record(new ConversationStarted(id, channel, opened.Value.Contact));
            await session.SendAsync(ct);
            Counters.Started();
        }

        return (opened.Value.Conversation, found.Value.Language ?? message.Contact.Language);
    }
}
