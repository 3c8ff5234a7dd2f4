using Npgsql;
using Steward.Conversations.Delivery;
using Steward.Conversations.Live;
using Steward.Conversations.Nodes;
using Steward.Conversations.Turns;
using Steward.Platform.Events;
using Steward.Platform.Events.Records;
using Steward.Platform.Postgres;
using Steward.Platform.Sealing;

namespace Steward.Conversations.People;

/// <summary>What an act did.</summary>
internal sealed record Acted(long Epoch, Guid? Cancelled, ConversationState State, bool Held, bool Unanswered, long? Number, DateTimeOffset At);

/// <summary>A message that an act writes.</summary>
internal sealed record Written(Guid Id, string Text, string? ClientId);

/// <summary>
/// The acts of people on a conversation, each one round trip. Once the statement has committed the assistant is fenced off; the node's own turn is
/// stopped before the act returns, other nodes are told.
/// </summary>
internal sealed class ConversationActs(
    Database database, ISealing sealing, TurnRunner runner, LiveHub hub, INodeSignals signals, WorkSignal work, Carriers carriers)
{
    private const string Wake = "wake";
    private const string Statement =
        "select epoch, cancelled, state, held, unanswered, number, at from conversations.act($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";

    public async Task<Acted> ActAsync(
        ConversationKey key, Guid? member, bool machine, string act, string name, CancellationToken ct, DateTimeOffset? until = null, string? reason = null, Written? written = null)
    {
        var sealer = await sealing.ForAsync(key.Tenant, ct);
        var session = database.For(key.Tenant).As(member);
        if (act == Wake)
        {
            session.One("select conversations.require_due_snooze($1)", static _ => 0, Sql.Uuid(key.Id));
        }

        var acted = session.One(
            Statement,
            static row => new Acted(
                row.GetInt64(0), row.GuidOrNull(1), (ConversationState)row.GetInt32(2), row.GetBoolean(3), row.GetBoolean(4), row.LongOrNull(5), row.TimeOrNull(6) ?? default),
            Sql.Uuid(key.Id), Sql.Uuid(member), Sql.Bool(machine), Sql.Text(act), Sql.Time(until), Sql.Text(reason), Sql.Uuid(written?.Id),
            Sql.Bytes(written is null ? null : sealer.Seal(Fields.Text(written.Id), written.Text)),
            Sql.Bytes(written?.ClientId is { } client ? sealer.IndexHash("client-id", client) : null),
            Sql.Uuid(Guid.CreateVersion7()),
            Sql.Texts([.. carriers.Kinds]));
        if (act == "ask")
        {
            session.Record(new HandoffRequested(key.Id, reason ?? "contact"));
        }
        else
        {
            session.Record(new ConversationHandled(key.Id, name, member));
        }

        try
        {
            await session.SendAsync(CancellationToken.None);
        }
        catch (PostgresException refused) when (refused.SqlState == SqlStates.Unknown)
        {
            throw ConversationProblems.Unknown();
        }

        After(key, act, acted.Value!);
        return acted.Value!;
    }

    /// <summary>The time of a snoozed conversation has come; nothing happens when another node has seen it first.</summary>
    public async Task WakeAsync(ConversationKey key, CancellationToken ct)
    {
        try
        {
            await ActAsync(key, null, machine: true, Wake, "woken", ct);
        }
        catch (PostgresException refused) when (refused.SqlState == SqlStates.NotDue)
        {
            // Woken already, or snoozed again.
        }
    }

    private void After(ConversationKey key, string act, Acted acted)
    {
        if (act is "take" or "write" or "resolve" or "snooze" or "ask")
        {
            runner.Fence(key, acted.Epoch);
            signals.Send(SignalKind.Fenced, key, acted.Epoch);
            if (act != "snooze")
            {
                hub.Answer(key, long.MaxValue, acted.Epoch, LiveHub.WithPeople, null);
            }
        }
        else
        {
            // Readers on other nodes look who has the conversation now.
            signals.Send(SignalKind.Stored, key, acted.Epoch);
        }

        if (acted.Unanswered)
        {
            work.Raise();
        }

        if (acted.Number is not null)
        {
            carriers.Raise();
        }
    }
}
