using Npgsql;
using Steward.Conversations.Turns;
using Steward.Conversations.Words;
using Steward.Platform.Paging;
using Steward.Platform.Postgres;
using Steward.Platform.Sealing;

namespace Steward.Conversations.People;

/// <summary>What a reader needs to know before the first message.</summary>
internal sealed record Standing(long LastNumber, bool Held, ConversationState State, Guid? AssigneeId)
{
    /// <summary>Who has the conversation when it is not the assistant.</summary>
    public HandoffChanged? Handoff(Guid conversation) => (Held, State) switch
    {
        (false, _) => null,
        (true, ConversationState.Waiting) => new HandoffChanged(conversation, "waiting", null),
        _ => new HandoffChanged(conversation, "assigned", AssigneeId),
    };
}

/// <summary>Reads conversations and messages for people, programs and visitors; each sees what its <see cref="Viewer"/> may see.</summary>
internal sealed class ConversationReader(Database database, ISealing sealing)
{
    private const string Newest = "conversations";
    private const string Waiting = "conversations.waiting";

    private const string Searched = "conversations.search";

    private const string Selected =
        """
        select c.id, c.number, c.state, c.held, c.channel_id, c.channel_kind, c.contact_id, k.name, h.assistant_id, c.assignee_id, c.title, c.tags, c.record_kind, c.record_id,
          c.visibility, c.handoff_reason, c.waiting_since, c.snoozed_until, c.last_number, c.answered_number, c.created_at, c.last_message_at, c.version

        """;

    private const string Joined =
        """

        join conversations.contacts k on k.tenant_id = c.tenant_id and k.id = c.contact_id
        join conversations.channels h on h.tenant_id = c.tenant_id and h.id = c.channel_id
        where
        """;

    /// <summary>Ends with the word where; what it selects is read by <see cref="Read"/>.</summary>
    internal const string Columns = Selected + "from conversations.conversations c" + Joined;

    private const string Filtered =
        "and ($3::int is null or c.state = $3) and ($4::uuid is null or c.assignee_id = $4) and ($5::uuid is null or c.channel_id = $5) and ($6::uuid is null or c.contact_id = $6)";

    // One word is walked from the newest conversation on, the others are looked up: a page costs what it shows, not what the words weigh.
    private const string Hits =
        """
        from conversations.message_words w
        join conversations.conversations c on c.tenant_id = w.tenant_id and c.id = w.conversation_id
        """;

    private const string AllWords =
        """
         w.tenant_id = (select current_setting('steward.tenant')::uuid) and w.word_hash = $7 and ($9::uuid is null or w.conversation_id < $9)
         and not exists (select from unnest($8) o(h) where not exists (
           select from conversations.message_words x where x.tenant_id = w.tenant_id and x.word_hash = o.h and x.conversation_id = w.conversation_id))
         and
        """;

    // $1 the only contact, $2 the member. `own` is the database's own rule; `assigned` is this one.
    private const string Seen = "($1::uuid is null or c.contact_id = $1) and ($1::uuid is not null or c.visibility <> 1 or c.assignee_id is null or c.assignee_id = $2 or $2::uuid is null) ";

    private const string MessageColumns =
        "select m.id, m.number, m.author, m.author_id, m.text, m.created_at, m.turn_id, m.citations, m.confidence, m.action, m.model, m.cost_usd from conversations.messages m ";

    public async Task<Page<ConversationView>> ListAsync(Viewer viewer, ConversationFilter filter, CancellationToken ct)
    {
        var size = Page.Size(filter.Limit);
        var waiting = filter.State == ConversationState.Waiting;
        var place = waiting ? Cursors.ReadTime(Waiting, filter.Cursor) : null;
        var below = waiting ? null : Cursors.ReadId(Newest, filter.Cursor);
        var sealer = await sealing.ForAsync(viewer.Tenant, ct);
        var session = Open(viewer);
        var rows = session.Many(
            Columns + Seen + Filtered + (waiting
                ? " and c.waiting_since is not null and ($7::timestamptz is null or (c.waiting_since, c.id) > ($7, $8::uuid)) order by c.waiting_since, c.id limit $9"
                : " and ($7::timestamptz is null) and ($8::uuid is null or c.id < $8) order by c.id desc limit $9"),
            row => Read(row, sealer),
            Sql.Uuid(viewer.ContactId), Sql.Uuid(viewer.MemberId), Sql.Int((int?)filter.State), Sql.Uuid(filter.AssigneeId), Sql.Uuid(filter.ChannelId), Sql.Uuid(filter.ContactId),
            Sql.Time(place?.At), Sql.Uuid(place?.Id ?? below), Sql.Int(size + 1));
        await session.SendAsync(ct);
        return Page.Of(rows.Value, size, last => waiting ? Cursors.Of(Waiting, last.WaitingSince!.Value, last.Id) : Cursors.Of(Newest, last.Id));
    }

    /// <summary>Conversations that hold all words somewhere, newest first.</summary>
    public async Task<Page<ConversationView>> SearchAsync(Viewer viewer, ConversationFilter filter, CancellationToken ct)
    {
        var size = Page.Size(filter.Limit);
        var below = Cursors.ReadId(Searched, filter.Cursor);
        var words = WordQuery.Read(filter.Query!);
        var sealer = await sealing.ForAsync(viewer.Tenant, ct);
        var session = Open(viewer);
        var off = session.One("select true from conversations.word_search where not enabled", static _ => true);
        var rows = session.Many(
            Selected + Hits + Joined + AllWords + Seen + Filtered + " order by w.conversation_id desc limit $10",
            row => Read(row, sealer),
            Sql.Uuid(viewer.ContactId), Sql.Uuid(viewer.MemberId), Sql.Int((int?)filter.State), Sql.Uuid(filter.AssigneeId), Sql.Uuid(filter.ChannelId), Sql.Uuid(filter.ContactId),
            Sql.Bytes(MessageWords.Hash(sealer, words[0])), Sql.BytesArray([.. words.Skip(1).Select(word => MessageWords.Hash(sealer, word))]), Sql.Uuid(below), Sql.Int(size + 1));
        await session.SendAsync(ct);
        return off.Value ? throw ConversationProblems.SearchOff() : Page.Of(rows.Value, size, last => Cursors.Of(Searched, last.Id));
    }

    public async Task<ConversationView?> FindAsync(Viewer viewer, Guid id, CancellationToken ct)
    {
        var sealer = await sealing.ForAsync(viewer.Tenant, ct);
        var session = Open(viewer);
        var found = session.One(Columns + Seen + "and c.id = $3", row => Read(row, sealer), Sql.Uuid(viewer.ContactId), Sql.Uuid(viewer.MemberId), Sql.Uuid(id));
        await session.SendAsync(ct);
        return found.Value;
    }

    /// <summary>Messages above a number, oldest first; <paramref name="latest"/> asks for the last ones instead.</summary>
    public async Task<Page<MessageView>> MessagesAsync(Viewer viewer, Guid id, long after, int limit, CancellationToken ct, bool latest = false)
    {
        var most = Math.Clamp(limit, 1, 500);
        var sealer = await sealing.ForAsync(viewer.Tenant, ct);
        var session = Open(viewer);
        var exists = session.One("select 1 from conversations.conversations c where " + Seen + "and c.id = $3", static _ => true, Sql.Uuid(viewer.ContactId), Sql.Uuid(viewer.MemberId), Sql.Uuid(id));
        var rows = session.Many(
            MessageColumns + "where m.conversation_id = $1 and m.number > $2 order by m.number " + (latest ? "desc " : "") + "limit $3", row => ReadMessage(row, sealer),
            Sql.Uuid(id), Sql.Long(after), Sql.Int(most));
        await session.SendAsync(ct);
        if (!exists.Value)
        {
            throw ConversationProblems.Unknown();
        }

        if (latest)
        {
            rows.Value.Reverse();
        }

        return new Page<MessageView>(rows.Value, !latest && rows.Value.Count == most ? rows.Value[^1].Number.ToString() : null);
    }

    /// <summary>Where the conversation stands, or null when there is no such conversation for the viewer.</summary>
    public async Task<Standing?> StandingAsync(Viewer viewer, Guid id, CancellationToken ct)
    {
        var session = Open(viewer);
        var found = session.One(
            "select c.last_number, c.held, c.state, c.assignee_id from conversations.conversations c where " + Seen + "and c.id = $3",
            static row => new Standing(row.GetInt64(0), row.GetBoolean(1), (ConversationState)row.GetInt32(2), row.GuidOrNull(3)),
            Sql.Uuid(viewer.ContactId), Sql.Uuid(viewer.MemberId), Sql.Uuid(id));
        await session.SendAsync(ct);
        return found.Value;
    }

    /// <summary>Whose conversation it is, or null.</summary>
    public async Task<Guid?> ContactOfAsync(Platform.Tenancy.TenantId tenant, Guid id, CancellationToken ct)
    {
        var session = database.For(tenant);
        session.One("select set_config('steward.member', 'machine', true)", static _ => 0);
        var found = session.One("select contact_id from conversations.conversations where id = $1", static row => (Guid?)row.GetGuid(0), Sql.Uuid(id));
        await session.SendAsync(ct);
        return found.Value;
    }

    /// <summary>A session that sees what the viewer may see. A visitor is bound to its contact by the statement, not to a member.</summary>
    public TenantSession Open(Viewer viewer)
    {
        var session = database.For(viewer.Tenant).As(viewer.MemberId);
        if (viewer.ContactId is not null)
        {
            session.One("select set_config('steward.member', 'machine', true)", static _ => 0);
        }

        return session;
    }

    internal static ConversationView Read(NpgsqlDataReader row, TenantSealer sealer) => new(
        row.GetGuid(0), row.GetInt64(1), (ConversationState)row.GetInt32(2), row.GetBoolean(3), row.GetGuid(4), row.GetString(5), row.GetGuid(6),
        sealer.OpenOrNull(Fields.ContactName(row.GetGuid(6)), row.BytesOrNull(7)), row.GuidOrNull(8), row.GuidOrNull(9),
        sealer.OpenOrNull(Fields.Title(row.GetGuid(0)), row.BytesOrNull(10)), row.Array<string>(11), row.TextOrNull(12), row.TextOrNull(13),
        (ConversationVisibility)row.GetInt32(14), row.TextOrNull(15), row.TimeOrNull(16), row.TimeOrNull(17), row.GetInt64(18), row.GetInt64(19), row.Time(20), row.Time(21),
        row.GetInt64(22));

    internal static MessageView ReadMessage(NpgsqlDataReader row, TenantSealer sealer)
    {
        var id = row.GetGuid(0);
        return new MessageView(
            id, row.GetInt64(1), (MessageAuthor)row.GetInt32(2), row.GuidOrNull(3), sealer.Open(Fields.Text(id), row.GetFieldValue<byte[]>(4)), row.Time(5), null, row.GuidOrNull(6),
            sealer.OpenCitations(id, row.BytesOrNull(7)), row.IsDBNull(8) ? null : row.GetFloat(8), row.IsDBNull(9) ? null : (TurnAction)row.GetInt32(9),
            row.TextOrNull(10), row.IsDBNull(11) ? null : row.GetDecimal(11));
    }
}
