using Npgsql;
using Steward.Conversations.People;
using Steward.Conversations.Turns;
using Steward.Platform.Events;
using Steward.Platform.Events.Records;
using Steward.Platform.Postgres;

namespace Steward.Conversations.Delivery;

/// <summary>One delivery as people see it.</summary>
internal sealed record DeliveryView(
    Guid Id, Guid ConversationId, long MessageNumber, string Kind, string State, int Attempts, bool MayHaveBeenRepeated, string? Code, DateTimeOffset CreatedAt, DateTimeOffset ChangedAt);

/// <summary>A turn that failed for good.</summary>
internal sealed record DeadTurnView(Guid ConversationId, Guid TurnId, string? Code, int Claims, DateTimeOffset At);

/// <summary>What people see and do about deliveries and dead letters.</summary>
internal sealed class DeliveryDesk(ConversationReader reader, Carriers carriers)
{
    private const string Columns =
        "select d.id, d.conversation_id, d.message_number, d.kind, d.state, d.attempts, d.maybe_repeated, d.code, d.created_at, d.changed_at from conversations.deliveries d ";

    public async Task<IReadOnlyList<DeliveryView>> ListAsync(Viewer viewer, Guid conversation, CancellationToken ct)
    {
        _ = await reader.FindAsync(viewer, conversation, ct) ?? throw ConversationProblems.Unknown();
        var session = reader.Open(viewer);
        var rows = session.Many(Columns + "where d.conversation_id = $1 order by d.message_number, d.id limit 1000", Read, Sql.Uuid(conversation));
        await session.SendAsync(ct);
        return rows.Value;
    }

    /// <summary>Deliveries that ended without leaving, oldest change first, of conversations the viewer sees.</summary>
    public async Task<(IReadOnlyList<DeliveryView> Deliveries, IReadOnlyList<DeadTurnView> Turns)> DeadAsync(Viewer viewer, int limit, CancellationToken ct)
    {
        var most = Math.Clamp(limit, 1, 200);
        var session = reader.Open(viewer);
        var deliveries = session.Many(
            Columns + """
            join conversations.conversations c on c.tenant_id = d.tenant_id and c.id = d.conversation_id
            where d.state in (6, 7) and (c.visibility <> 1 or c.assignee_id is null or c.assignee_id = $1 or $1::uuid is null) order by d.changed_at desc limit $2
            """,
            Read, Sql.Uuid(viewer.MemberId), Sql.Int(most));
        var turns = session.Many(
            """
            select t.conversation_id, t.turn_id, t.code, t.claims, t.ended_at from conversations.turns t
            join conversations.conversations c on c.tenant_id = t.tenant_id and c.id = t.conversation_id
            where t.state = 3 and (c.visibility <> 1 or c.assignee_id is null or c.assignee_id = $1 or $1::uuid is null) order by t.ended_at desc limit $2
            """,
            static row => new DeadTurnView(row.GetGuid(0), row.GetGuid(1), row.TextOrNull(2), row.GetInt32(3), row.Time(4)), Sql.Uuid(viewer.MemberId), Sql.Int(most));
        await session.SendAsync(ct);
        return (deliveries.Value, turns.Value);
    }

    /// <summary>A person sends a failed or withheld message again: a new delivery at the message's place.</summary>
    public async Task<DeliveryView> ResendAsync(Viewer viewer, Guid conversation, Guid delivery, CancellationToken ct)
    {
        _ = await reader.FindAsync(viewer, conversation, ct) ?? throw ConversationProblems.Unknown();
        var session = reader.Open(viewer);
        await using var transaction = await session.BeginAsync(ct);
        var made = session.One(
            """
            with old as (select * from conversations.deliveries where id = $2 and conversation_id = $1 and state in (6, 7)
              and not exists (select from conversations.deliveries n where n.conversation_id = $1 and n.resend_of = $2)),
            made as (insert into conversations.deliveries (tenant_id, id, conversation_id, message_number, channel_id, kind, resend_of)
              select tenant_id, $3, conversation_id, message_number, channel_id, kind, id from old returning *)
            select d.id, d.conversation_id, d.message_number, d.kind, d.state, d.attempts, d.maybe_repeated, d.code, d.created_at, d.changed_at from made d
            """,
            Read, Sql.Uuid(conversation), Sql.Uuid(delivery), Sql.Uuid(Guid.CreateVersion7()));
        await session.SendAsync(ct);
        if (made.Value is not null)
        {
            session.Record(new DeliveryResent(conversation, made.Value.Id));
            await transaction.CommitAsync(ct);
            carriers.Raise();
        }

        return made.Value ?? throw new ConversationProblemException(409, "delivery.not_resendable", "Only a failed or withheld delivery can be sent again, and only once. List the deliveries to see its state.");
    }

    private static DeliveryView Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetGuid(1), row.GetInt64(2), row.GetString(3), Names.Of((DeliveryState)row.GetInt32(4)), row.GetInt32(5), row.GetBoolean(6), row.TextOrNull(7), row.Time(8), row.Time(9));
}
