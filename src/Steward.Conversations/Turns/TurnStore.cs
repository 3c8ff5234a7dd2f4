using Npgsql;
using Steward.Platform.Limits;
using Steward.Platform.Nodes;
using Steward.Platform.Postgres;
using Steward.Platform.Sealing;
using Steward.Platform.Tenancy;

namespace Steward.Conversations.Turns;

/// <summary>A message as the receive statement takes it: sealed and hashed.</summary>
internal sealed record ReceiveRow(
    Guid ConversationId, Guid MessageId, byte[] Text, string? ProviderMessageId, byte[]? ClientHash, Guid? OnlyContact, bool MayClaim, bool Gather);

/// <summary>What counts a message of a sender who cannot be refused, and what such a sender is told.</summary>
/// <param name="Rule">What binds the sender.</param>
/// <param name="Wait">How long the tenant has no room; zero when it has.</param>
/// <param name="NoticeId">Of the message that tells the contact, when one is due.</param>
/// <param name="NoticeText">Its text, sealed.</param>
/// <param name="DeliveryId">What carries it out.</param>
internal sealed record WithinRow(RateRule Rule, TimeSpan Wait, Guid NoticeId, byte[] NoticeText, Guid? DeliveryId);

/// <summary>The statements of a turn; each is one round trip. What they decide is in docs/turns.md and the functions' own text.</summary>
internal sealed class TurnStore(Database database, NodeIdentity node, ConversationSettings settings)
{
    private const string ReceivedColumns =
        "select r.outcome, r.number, r.at, r.epoch, r.turn_id, r.claims, r.lease_node, r.phase, r.first_unanswered_at, r.superseded, r.channel_kind, " + TurnContext.Columns + ", r.lost";

    private const string ReceiveSql = ReceivedColumns + " from conversations.receive($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) r";

    private const string ReceiveWithinSql = ReceivedColumns +
        ", x.wait_us, x.notice_number from conversations.receive_within($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) x cross join lateral (select (x.received).*) r";

    private const string BeginSql =
        "select " + TurnContext.Columns + " from conversations.begin_turn($1, $2, $3, $4) r";

    private const string ClaimColumns = "select r.outcome, r.epoch, r.turn_id, r.claims, r.phase, r.first_unanswered_at, r.channel_kind, r.lost from ";

    private const string CommitSql =
        """
        select reply_number, at, held, epoch, turn_id, first_unanswered_at
        from conversations.commit_turn($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::smallint, $11, $12, $13, $14, $15, $16::smallint, $17, $18, $19, $20)
        """;

    public Guid Node => node.Incarnation;

    /// <summary>Appends the statement that stores a message and may claim its turn.</summary>
    public Pending<Received?> Receive(TenantSession session, ReceiveRow row, WithinRow? within = null) => within is null
        ? session.One(ReceiveSql, static r => ReadReceived(r), Parameters(row))
        : session.One(
            ReceiveWithinSql,
            static r => ReadReceived(r) with { Wait = TimeSpan.FromMicroseconds(r.GetInt64(29)), NoticeNumber = r.LongOrNull(30) },
            [
                .. Parameters(row), Sql.Text(RateRules.Contact), Sql.Ints(within.Rule.Limits()), Sql.Ints(within.Rule.Seconds()), Sql.Interval(within.Wait),
                Sql.Uuid(within.NoticeId), Sql.Bytes(within.NoticeText), Sql.Uuid(within.DeliveryId),
            ]);

    /// <summary>Ends the quiet window and reads what the turn needs. Throws <see cref="TurnLostException"/>.</summary>
    public async Task<TurnContext> BeginAsync(TenantId tenant, TurnClaim claim, CancellationToken ct)
    {
        var session = database.For(tenant);
        var context = session.One(
            BeginSql, static r => TurnContext.Read(r, 0), Sql.Uuid(claim.ConversationId), Sql.Uuid(claim.TurnId), Sql.Long(claim.Epoch), Sql.Int(settings.History));
        await Fenced(session.SendAsync(ct));
        return context.Value!;
    }

    /// <summary>Claims what nobody alive holds; <paramref name="own"/> also what this node's name holds but nobody runs.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="conversation">Which.</param>
    /// <param name="own">See above.</param>
    /// <param name="use">For what came beyond a limit: what binds its sender, and how long the tenant has no room. Null does not take a use.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<Claimed> ClaimAsync(TenantId tenant, Guid conversation, bool own, (RateRule Rule, TimeSpan Wait)? use, CancellationToken ct)
    {
        var session = database.For(tenant);
        var claimed = session.One(
            ClaimColumns + "conversations.claim_within($1, $2, $3, $4, $5, $6, $7, $8, $9) r", r => ReadClaim(r, conversation),
            Sql.Uuid(conversation), Sql.Uuid(node.Incarnation), Sql.Uuid(Guid.CreateVersion7()), Sql.Bool(own),
            Sql.Bool(use is not null), Sql.Text(RateRules.Contact), Sql.Ints(use?.Rule.Limits() ?? []), Sql.Ints(use?.Rule.Seconds() ?? []), Sql.Interval(use?.Wait ?? TimeSpan.Zero));
        await session.SendAsync(ct);
        return claimed.Value!;
    }

    public async Task<Claimed> FailAsync(TenantId tenant, TurnClaim claim, CancellationToken ct)
    {
        var session = database.For(tenant);
        var claimed = session.One(
            ClaimColumns + "conversations.fail_turn($1, $2, $3) r", r => ReadClaim(r, claim.ConversationId),
            Sql.Uuid(claim.ConversationId), Sql.Uuid(claim.TurnId), Sql.Long(claim.Epoch));
        await Fenced(session.SendAsync(ct));
        return claimed.Value!;
    }

    /// <summary>Appends the fence and everything of the reply that belongs to this room. Its SQLSTATE ST410 means that the turn is lost.</summary>
    public static Pending<Committed?> Commit(TenantSession session, TurnClaim claim, CommitRow row) => session.One(
        CommitSql,
        ReadCommitted,
        Sql.Uuid(claim.ConversationId), Sql.Uuid(claim.TurnId), Sql.Long(claim.Epoch), Sql.Long(row.AnswersTo), Sql.Uuid(row.MessageId), Sql.Bytes(row.Text),
        Sql.Bytes(row.Citations), Sql.Real((float)row.Decision.Confidence), Sql.Bool(row.Decision.LowConfidence), Sql.Int((int)row.Decision.Action),
        Sql.Text(row.Handoff), Sql.Text(row.Decision.Model), Sql.Money(row.Decision.CostUsd), Sql.Bytes(row.Title), Sql.Bytes(row.Trace), Sql.Int(claim.Claims),
        Sql.Time(row.StartedAt), Sql.Uuid(row.NextTurn), Sql.Uuid(row.AssistantId), Sql.Uuid(row.DeliveryId));

    /// <summary>After a commit of unknown outcome: what it stored, or null when it stored nothing.</summary>
    public async Task<Committed?> FindCommittedAsync(TenantId tenant, TurnClaim claim, Guid nextTurn, CancellationToken ct)
    {
        var session = database.For(tenant);
        session.One("select set_config('steward.member', 'machine', true)", static _ => 0);
        var found = session.One(
            """
            select t.reply_number, t.ended_at, c.held, c.epoch, case when c.turn_id = $3 then c.turn_id end, c.first_unanswered_at
            from conversations.turns t join conversations.conversations c on c.tenant_id = t.tenant_id and c.id = t.conversation_id
            where t.conversation_id = $1 and t.turn_id = $2 and t.state = 0
            """,
            ReadCommitted, Sql.Uuid(claim.ConversationId), Sql.Uuid(claim.TurnId), Sql.Uuid(nextTurn));
        await session.SendAsync(ct);
        return found.Value;
    }

    /// <summary>Appends the end of a turn that was claimed too often.</summary>
    public static Pending<Committed?> Bury(TenantSession session, TurnClaim claim, string code, Guid message, byte[] text, Guid? delivery) => session.One(
        "select reply_number, at, held, epoch, turn_id, first_unanswered_at from conversations.bury_turn($1, $2, $3, $4, $5, $6, null, $7)",
        ReadCommitted,
        Sql.Uuid(claim.ConversationId), Sql.Uuid(claim.TurnId), Sql.Long(claim.Epoch), Sql.Text(code), Sql.Uuid(message), Sql.Bytes(text), Sql.Uuid(delivery));

    public async Task ReleaseAsync(TenantId tenant, TurnClaim claim, CancellationToken ct)
    {
        var session = database.For(tenant);
        session.One(
            "select conversations.release_turn($1, $2, $3)", static r => r.GetBoolean(0),
            Sql.Uuid(claim.ConversationId), Sql.Uuid(claim.TurnId), Sql.Long(claim.Epoch));
        await session.SendAsync(ct);
    }

    /// <summary>Turns this room's SQLSTATE for a failed fence into <see cref="TurnLostException"/>.</summary>
    public static async Task Fenced(Task send)
    {
        try
        {
            await send;
        }
        catch (PostgresException lost) when (lost.SqlState == SqlStates.Lost)
        {
            throw new TurnLostException();
        }
    }

    private NpgsqlParameter[] Parameters(ReceiveRow row) =>
    [
        Sql.Uuid(row.ConversationId), Sql.Uuid(row.MessageId), Sql.Bytes(row.Text), Sql.Text(row.ProviderMessageId), Sql.Bytes(row.ClientHash), Sql.Uuid(row.OnlyContact),
        Sql.Uuid(node.Incarnation), Sql.Bool(row.MayClaim), Sql.Uuid(Guid.CreateVersion7()), Sql.Bool(row.Gather), Sql.Int(settings.History),
    ];

    private static Received ReadReceived(NpgsqlDataReader r) => new(
        (ReceiveOutcome)r.GetInt16(0), r.GetInt64(1), r.Time(2), r.LongOrNull(3) ?? 0, r.GuidOrNull(4), r.IsDBNull(5) ? 0 : r.GetInt16(5), r.GuidOrNull(6),
        r.IsDBNull(7) ? TurnPhase.None : (TurnPhase)r.GetInt16(7), r.TimeOrNull(8), r.GuidOrNull(9), r.TextOrNull(10), r.IsDBNull(18) ? null : TurnContext.Read(r, 11), r.GetBoolean(28));

    private static Committed ReadCommitted(NpgsqlDataReader r)
        => new(r.LongOrNull(0), r.Time(1), r.GetBoolean(2), r.GetInt64(3), r.GuidOrNull(4), r.TimeOrNull(5));

    private static Claimed ReadClaim(NpgsqlDataReader r, Guid conversation)
    {
        var outcome = (ClaimOutcome)r.GetInt32(0);
        return new Claimed(
            outcome,
            outcome is ClaimOutcome.Nothing or ClaimOutcome.Limited
                ? null
                : new TurnClaim(conversation, r.GetGuid(2), r.GetInt64(1), r.GetInt16(3), (TurnPhase)r.GetInt16(4), r.Time(5), r.GetString(6)),
            !r.IsDBNull(7) && r.GetBoolean(7));
    }
}

/// <summary>What a commit stores of a decision: sealed.</summary>
internal sealed record CommitRow(
    TurnDecision Decision, long AnswersTo, Guid MessageId, byte[]? Text, byte[]? Citations, string? Handoff, byte[]? Title, byte[] Trace,
    DateTimeOffset StartedAt, Guid NextTurn, Guid? AssistantId, Guid? DeliveryId);

/// <summary>SQLSTATEs that this room's functions raise.</summary>
internal static class SqlStates
{
    public const string Unknown = "ST404";
    public const string Duplicate = "ST409";
    public const string Lost = "ST410";
    public const string NotDue = "ST412";
}
