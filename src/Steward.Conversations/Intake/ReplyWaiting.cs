using Steward.Conversations.Live;
using Steward.Conversations.Turns;
using Steward.Platform.Postgres;
using Steward.Platform.Sealing;

namespace Steward.Conversations.Intake;

/// <summary>
/// Callers that wait for a reply. One that stored its message on this node was noted before its turn began; others look at the database first,
/// and from time to time while another node may answer.
/// </summary>
internal sealed class ReplyWaiting(Database database, ISealing sealing, LiveHub hub, TurnRunner runner, TimeProvider time)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    public async Task<ReplyView?> WaitAsync(ConversationKey key, long number, TimeSpan atMost, CancellationToken ct)
    {
        var began = time.GetTimestamp();
        var waiter = hub.TakeWaiter(key, number);
        var look = waiter is null;
        waiter ??= hub.Wait(key, number);
        waiter.Taken = true;
        try
        {
            while (true)
            {
                if (look && !waiter.Reply.Task.IsCompleted && await FindAsync(key, number, ct) is { } stored)
                {
                    return stored;
                }

                var left = atMost - time.GetElapsedTime(began);
                // A node that has stopped answers at once: the caller finds the reply at another.
                if (left <= TimeSpan.Zero || runner.Stopped)
                {
                    return waiter.Reply.Task.IsCompletedSuccessfully ? await waiter.Reply.Task : null;
                }

                try
                {
                    return await waiter.Reply.Task.WaitAsync(left < Look ? left : Look, time, ct);
                }
                catch (TimeoutException)
                {
                    look = !runner.Runs(key);
                }
            }
        }
        finally
        {
            hub.Forget(key, waiter);
        }
    }

    /// <summary>The stored answer to a message, or null while there is none. Throws when the conversation does not exist.</summary>
    public async Task<ReplyView?> FindAsync(ConversationKey key, long number, CancellationToken ct)
    {
        var sealer = await sealing.ForAsync(key.Tenant, ct);
        var session = database.For(key.Tenant);
        session.One("select set_config('steward.member', 'machine', true)", static _ => 0);
        var state = session.One(
            "select held, answered_number from conversations.conversations where id = $1", static row => (Held: row.GetBoolean(0), Answered: row.GetInt64(1)), Sql.Uuid(key.Id));
        var reply = session.One(
            """
            select id, number, text, citations, confidence, action, model, cost_usd from conversations.messages
            where conversation_id = $1 and number > $2 and author = 1 and answers_to >= $2 order by number limit 1
            """,
            row =>
            {
                var id = row.GetGuid(0);
                return new ReplyView(
                    id, row.GetInt64(1), sealer.Open(Fields.Text(id), row.GetFieldValue<byte[]>(2)), sealer.OpenCitations(id, row.BytesOrNull(3)),
                    row.IsDBNull(4) ? null : row.GetFloat(4), (TurnAction)row.GetInt32(5), row.TextOrNull(6), row.IsDBNull(7) ? null : row.GetDecimal(7));
            },
            Sql.Uuid(key.Id),
            Sql.Long(number));
        await session.SendAsync(ct);
        return reply.Value ?? (state.Value.Held || state.Value.Answered >= number ? LiveHub.WithPeople : null);
    }
}
