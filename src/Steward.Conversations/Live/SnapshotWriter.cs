using System.Collections.Concurrent;
using Steward.Conversations.Turns;
using Steward.Platform.Postgres;
using Steward.Platform.Sealing;

namespace Steward.Conversations.Live;

/// <summary>Writes the text so far for a reader on another node, at most five times a second per conversation.</summary>
internal sealed class SnapshotWriter(Database database, ISealing sealing, INodeSignals signals, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private readonly ConcurrentDictionary<Guid, long> _last = new();

    public async ValueTask WriteAsync(ConversationKey key, TurnClaim claim, string text, CancellationToken ct)
    {
        var now = time.GetTimestamp();
        if (_last.TryGetValue(claim.TurnId, out var last) && time.GetElapsedTime(last, now) < Pause)
        {
            return;
        }

        _last[claim.TurnId] = now;
        if (_last.Count > 1000)
        {
            _last.Clear();
        }

        try
        {
            await StoreAsync(key, claim, text, ct);
            signals.Send(SignalKind.Snapshot, key, claim.Epoch);
        }
        catch (Exception failure) when (Outcomes.IsUnknown(failure) || failure is Npgsql.PostgresException)
        {
            // Provisional text is not worth an attempt: the reader elsewhere gets the message itself.
        }
    }

    private async Task StoreAsync(ConversationKey key, TurnClaim claim, string text, CancellationToken ct)
    {
        var sealer = await sealing.ForAsync(key.Tenant, ct);
        var session = database.For(key.Tenant);
        session.Add(
            """
            insert into conversations.live_snapshots as s (tenant_id, conversation_id, turn_id, epoch, text) values (current_setting('steward.tenant')::uuid, $1, $2, $3, $4)
            on conflict (tenant_id, conversation_id) do update set turn_id = $2, epoch = $3, text = $4, at = clock_timestamp() where s.epoch <= $3
            """,
            Sql.Uuid(key.Id), Sql.Uuid(claim.TurnId), Sql.Long(claim.Epoch), Sql.Bytes(sealer.Seal(Fields.Snapshot(claim.TurnId), text)));
        await session.SendAsync(ct);
    }

    /// <summary>The last text written, when its turn still runs.</summary>
    public async Task<MessageSnapshot?> ReadAsync(ConversationKey key, CancellationToken ct)
    {
        var sealer = await sealing.ForAsync(key.Tenant, ct);
        var session = database.For(key.Tenant);
        session.One("select set_config('steward.member', 'machine', true)", static _ => 0);
        var found = session.One(
            """
            select s.turn_id, s.epoch, s.text from conversations.live_snapshots s
            join conversations.conversations c on c.tenant_id = s.tenant_id and c.id = s.conversation_id
            where s.conversation_id = $1 and c.turn_id = s.turn_id and c.epoch = s.epoch
            """,
            row => new MessageSnapshot(key.Id, row.GetGuid(0), row.GetInt64(1), sealer.Open(Fields.Snapshot(row.GetGuid(0)), row.GetFieldValue<byte[]>(2))),
            Sql.Uuid(key.Id));
        await session.SendAsync(ct);
        return found.Value;
    }
}
