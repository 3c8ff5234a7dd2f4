using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Steward.Conversations.Live;
using Steward.Conversations.Nodes;
using Steward.Platform.Events;
using Steward.Platform.Tenancy;

namespace Steward.Conversations.Turns;

/// <summary>Runs the turns whose leases this node holds. Nothing here is needed for correctness: the fence in the database is.</summary>
internal sealed partial class TurnRunner(
    TurnStore store, TurnAttempt attempt, NodeRoom room, LiveHub hub, INodeSignals signals, WorkSignal work, TimeProvider time,
    ILogger<TurnRunner> log)
{
    private readonly ConcurrentDictionary<ConversationKey, RunningTurn> _running = new();
    private volatile bool _stopping;
    private volatile bool _stopped;

    /// <summary>True once nothing runs here any more, nor will.</summary>
    public bool Stopped => _stopped;

    /// <summary>True when this node may claim: it has room, or the turn takes the place of one of its own.</summary>
    public bool TryReserve(ConversationKey key, bool scan = false)
    {
        if (_stopping)
        {
            return false;
        }

        if (room.TryEnter(key.Tenant, scan))
        {
            return true;
        }

        if (!_running.ContainsKey(key))
        {
            return false;
        }

        room.Enter(key.Tenant);
        return true;
    }

    /// <summary>Gives a reservation back.</summary>
    public void Cancel(TenantId tenant)
    {
        if (room.Leave(tenant))
        {
            work.Raise();
        }
    }

    public RunningTurn? Find(ConversationKey key) => _running.GetValueOrDefault(key);

    public bool Runs(ConversationKey key) => _running.ContainsKey(key);

    /// <summary>Runs a claimed turn in reserved room. A former turn of the conversation is cancelled.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="claim">The lease.</param>
    /// <param name="window">The quiet window, null for the channel's.</param>
    /// <param name="ready">What the turn needs, when the claim's statement read it.</param>
    public void Start(TenantId tenant, TurnClaim claim, QuietWindow? window, ReadyTurn? ready)
    {
        var turn = new RunningTurn(tenant, claim, window);
        while (true)
        {
            if (_running.TryAdd(turn.Key, turn))
            {
                break;
            }

            if (!_running.TryGetValue(turn.Key, out var former))
            {
                continue;
            }

            if (former.Claim.Epoch >= claim.Epoch)
            {
                turn.Dispose();
                Cancel(tenant);
                return;
            }

            if (_running.TryUpdate(turn.Key, turn, former))
            {
                former.Cancel();
                hub.Fence(turn.Key, claim.Epoch, announce: true);
                break;
            }
        }

        turn.Ended = Task.Run(() => RunAsync(turn, ready), CancellationToken.None);
        if (_stopping)
        {
            turn.Cancel(stopping: true);
        }
    }

    /// <summary>Stops what runs under an older epoch, at once.</summary>
    public void Fence(ConversationKey key, long epoch)
    {
        hub.Fence(key, epoch, announce: true);
        if (Find(key) is { } running && running.Claim.Epoch < epoch)
        {
            running.Cancel();
        }
    }

    /// <summary>A stopped tenant's turns give their leases back and wait; those of one that goes on are looked for.</summary>
    public void Changed(TenantId tenant, TenantStanding standing)
    {
        if (standing == TenantStanding.Active)
        {
            work.Raise();
            return;
        }

        foreach (var turn in _running.Values.Where(turn => turn.Key.Tenant == tenant))
        {
            turn.Cancel(stopping: true);
        }
    }

    /// <summary>Lets turns finish, then gives their leases back.</summary>
    public async Task StopAsync(TimeSpan within)
    {
        _stopping = true;
        var running = _running.Values.ToArray();
        await Task.WhenAny(Task.WhenAll(running.Select(static turn => turn.Ended)), Task.Delay(within, time));
        foreach (var turn in _running.Values)
        {
            turn.Cancel(stopping: true);
        }

        await Task.WhenAny(Task.WhenAll(_running.Values.Select(static turn => turn.Ended)), Task.Delay(within, time));
        _stopped = true;
    }

    private async Task RunAsync(RunningTurn turn, ReadyTurn? ready)
    {
        // It may have begun in the request of a member who wrote a message: what it does is not that member's act.
        Actor.Leave();
        try
        {
            TurnClaim? next = turn.Claim;
            while (next is not null)
            {
                turn.Advance(next);
                ready ??= await GatherAsync(turn);
                hub.Begin(turn.Key, next.TurnId, next.Epoch);
                next = await attempt.RunAsync(turn, ready);
                ready = null;
            }
        }
        catch (OperationCanceledException) when (turn.Cancelled.IsCancellationRequested)
        {
            await ReturnAsync(turn);
        }
        catch (TurnLostException)
        {
            // Somebody else has the conversation; whoever raised the epoch goes on.
        }
#pragma warning disable CA1031 // The lease stays in this node's name, and the scan takes up what is not run.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Abandoned(log, failure, turn.Key.Id);
        }
        finally
        {
            _running.TryRemove(new KeyValuePair<ConversationKey, RunningTurn>(turn.Key, turn));
            hub.Fence(turn.Key, turn.Claim.Epoch, announce: true);
            Cancel(turn.Key.Tenant);
            turn.Dispose();
        }
    }

    private async Task<ReadyTurn> GatherAsync(RunningTurn turn)
    {
        await turn.QuietAsync(time);
        var context = await store.BeginAsync(turn.Key.Tenant, turn.Claim, CancellationToken.None);
        return new ReadyTurn(context, null);
    }

    private async Task ReturnAsync(RunningTurn turn)
    {
        if (!turn.Stopping)
        {
            return;
        }

        try
        {
            await store.ReleaseAsync(turn.Key.Tenant, turn.Claim, CancellationToken.None);
            signals.Send(SignalKind.Work, turn.Key);
        }
#pragma warning disable CA1031 // The lease dies with this node's proof of life.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Abandoned(log, failure, turn.Key.Id);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The turn of conversation {Conversation} was left to the scan")]
    private static partial void Abandoned(ILogger log, Exception failure, Guid conversation);
}

/// <summary>What a turn needs, and the message whose statement read it.</summary>
internal sealed record ReadyTurn(TurnContext Context, BriefMessage? Received);
