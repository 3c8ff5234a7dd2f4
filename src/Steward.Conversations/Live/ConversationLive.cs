using System.Runtime.CompilerServices;
using Steward.Conversations.People;
using Steward.Platform.Tenancy;

namespace Steward.Conversations.Live;

/// <summary>Reads one conversation as it happens: stored messages in order of their numbers, provisional text between them.</summary>
internal sealed class ConversationLive(LiveHub hub, ConversationReader stored, SnapshotWriter snapshots, INodeSignals signals, TimeProvider time) : IConversationLive
{
    private const int Chunk = 200;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(15);

    public async IAsyncEnumerable<LiveEvent> ReadAsync(TenantId tenant, Guid conversationId, long? afterNumber, [EnumeratorCancellation] CancellationToken ct)
    {
        var viewer = new Viewer(tenant, null, await OwnerAsync(tenant, conversationId, ct));
        using var seat = await JoinAsync(viewer, conversationId, ct);
        await foreach (var happened in ReadAsync(seat, afterNumber, ct))
        {
            yield return happened;
        }
    }

    /// <summary>Listens from here on, as somebody who may see only what a viewer sees. Errors: conversation.unknown.</summary>
    public async Task<LiveSeat> JoinAsync(Viewer viewer, Guid conversation, CancellationToken ct)
    {
        var key = new ConversationKey(viewer.Tenant, conversation);
        // Joined before the first look, so that nothing falls between the two.
        var (reader, snapshot) = hub.Join(key);
        try
        {
            var standing = await stored.StandingAsync(viewer, conversation, ct) ?? throw ConversationProblems.Unknown();
            return new LiveSeat(viewer, key, reader, snapshot, standing, hub);
        }
        catch
        {
            hub.Leave(key, reader);
            throw;
        }
    }

    /// <summary>What happens after a number, or after the seat was taken.</summary>
    public async IAsyncEnumerable<LiveEvent> ReadAsync(LiveSeat seat, long? afterNumber, [EnumeratorCancellation] CancellationToken ct)
    {
        var (viewer, key, standing, conversation) = (seat.Viewer, seat.Key, seat.Standing, seat.Key.Id);
        var last = standing.LastNumber;
        if (afterNumber is { } after && after < last)
        {
            last = after;
            await foreach (var missed in MissedAsync(viewer, conversation, last, ct))
            {
                last = missed.Message.Number;
                yield return missed;
            }
        }

        var told = standing.Handoff(conversation);
        if (told is not null)
        {
            yield return told;
        }

        signals.Send(SignalKind.Reader, key);
        var snapshot = seat.Snapshot ?? (signals.HasPeers ? await snapshots.ReadAsync(key, ct) : null);
        if (snapshot is not null)
        {
            yield return snapshot;
        }

        while (true)
        {
            if (await NextAsync(seat.Reader, key, ct) is not { } item)
            {
                yield break;
            }

            // A word from another node may be that there is nothing any more.
            var now = item.Event is null ? await stored.StandingAsync(viewer, conversation, ct) : null;
            if (item.Event is null && now is null)
            {
                yield break;
            }

            // A message out of turn, or a word from another node: the stored messages are the truth, in order.
            if (item.Event is null || (item.Event is MessageCompleted ahead && ahead.Message.Number > last + 1))
            {
                await foreach (var missed in MissedAsync(viewer, conversation, last, ct))
                {
                    last = missed.Message.Number;
                    yield return missed;
                }
            }

            var happened = item.Event ?? Moved(now!, conversation, told);
            if (happened is HandoffChanged moved)
            {
                if (moved == told)
                {
                    continue;
                }

                told = moved;
            }

            if (happened is MessageCompleted completed)
            {
                if (completed.Message.Number <= last)
                {
                    continue;
                }

                last = completed.Message.Number;
            }

            if (happened is not null)
            {
                yield return happened;
            }
        }
    }

    /// <summary>The hands the conversation has gone to since <paramref name="told"/>: who acts on another node tells only that something is stored.</summary>
    private static HandoffChanged? Moved(Standing standing, Guid conversation, HandoffChanged? told) =>
        standing.Handoff(conversation) ?? (told is null or { State: "returned" } ? null : new HandoffChanged(conversation, "returned", null));

    private async Task<LiveItem?> NextAsync(System.Threading.Channels.ChannelReader<LiveItem> reader, ConversationKey key, CancellationToken ct)
    {
        while (true)
        {
            if (reader.TryRead(out var item))
            {
                return item;
            }

            try
            {
                if (!await reader.WaitToReadAsync(ct).AsTask().WaitAsync(Look, time, ct))
                {
                    return null;
                }
            }
            catch (TimeoutException) when (signals.HasPeers)
            {
                // A wake-up may have been lost, and the node that runs the turn forgets readers that do not speak.
                signals.Send(SignalKind.Reader, key);
                return new LiveItem(null);
            }
            catch (ConversationProblemException)
            {
                // The conversation is no more.
                return null;
            }
            catch (TimeoutException)
            {
                // Alone on the database: whatever happens is told here.
            }
        }
    }

    private async IAsyncEnumerable<MessageCompleted> MissedAsync(Viewer viewer, Guid conversation, long after, [EnumeratorCancellation] CancellationToken ct)
    {
        while (true)
        {
            var page = await stored.MessagesAsync(viewer, conversation, after, Chunk, ct);
            foreach (var message in page.Items)
            {
                yield return new MessageCompleted(conversation, message);
            }

            if (page.Items.Count < Chunk)
            {
                yield break;
            }

            after = page.Items[^1].Number;
        }
    }

    private async Task<Guid> OwnerAsync(TenantId tenant, Guid conversation, CancellationToken ct)
    {
        var found = await stored.ContactOfAsync(tenant, conversation, ct);
        return found ?? throw ConversationProblems.Unknown();
    }
}
