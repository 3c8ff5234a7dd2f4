using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Steward.Conversations.People;
using Steward.Conversations.Turns;
using Steward.Platform.Limits;
using Steward.Platform.Nodes;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Conversations.Nodes;

/// <summary>
/// Finds what the fast path left: work for which no node had room, work of dead nodes, and leases in this node's own name that it does not
/// run (a claim whose answer was lost). Also wakes snoozed conversations.
/// </summary>
internal sealed partial class WorkScan(
    Database database, TurnStore store, TurnRunner runner, TurnEnding ending, LostAttempts losses, NodeRoom room, NodeIdentity node, WorkSignal work, SignalRouter router,
    ConversationActs acts, ITenantStandings standings, ITenantLimits limits, IMessageLimits messages, NodeState state, ConversationSettings settings, TimeProvider time, ILogger<WorkScan> log) : BackgroundService
{
    private const int Tenants = 16;
    private const int Each = 16;
    private HashSet<ConversationKey> _orphans = [];
    private Guid _after;
    private Task? _stopped;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await (_stopped ?? runner.StopAsync(settings.StopWithin));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        router.Open();
        standings.Listen(runner.Changed);
        // Not when this service is stopped, which is after the last request: some of those wait for a turn. And a look hides what it
        // finds from the nodes that could answer it.
        using var closing = state.Closing.Register(() => _stopped = runner.StopAsync(settings.StopWithin));
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, state.Closing);
        await LookUntilAsync(over.Token);
    }

    private async Task LookUntilAsync(CancellationToken stoppingToken)
    {
        var lastSlow = time.GetTimestamp();
        while (!stoppingToken.IsCancellationRequested)
        {
            var jitter = 0.8 + (Random.Shared.NextDouble() * 0.4);
            await work.WaitAsync(settings.ScanEvery * jitter, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested)
            {
                return;
            }

            try
            {
                await LookAsync(stoppingToken);
                if (time.GetElapsedTime(lastSlow) >= settings.ScanEvery * 0.5)
                {
                    lastSlow = time.GetTimestamp();
                    await LookAtOwnAsync(stoppingToken);
                    await WakeAsync(stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // The database is away; the next look comes soon.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                LookFailed(log, failure);
            }
        }
    }

    /// <summary>Claims what nobody alive holds until nothing is found or the node is full.</summary>
    internal async Task LookAsync(CancellationToken ct)
    {
        var wrapped = false;
        while (room.HasRoomForScan)
        {
            // A tenant that has its share of the node is passed over: its work waits without being looked at.
            var weights = limits.Weights;
            var due = await database.DispatchAsync(
                "select tenant_id, conversation_id, place from conversations.due_work($1, $2, $3, $4, $5, $6)",
                static row => new DueWork(Key(row.GetGuid(0), row.GetGuid(1)), row.GetInt32(2)), ct,
                Sql.Uuid(_after), Sql.Int(Tenants), Sql.Int(Each), Sql.Uuids([.. standings.Stopped, .. room.PassOver().Select(static tenant => tenant.Value)]),
                Sql.Uuids([.. weights.Keys.Select(static tenant => tenant.Value)]), Sql.Ints([.. weights.Values]));
            var left = new List<ConversationKey>();
            foreach (var key in FairOrder.Of(due, tenant => weights.GetValueOrDefault(tenant, 1)))
            {
                await GuardedAsync(key, async () =>
                {
                    if (!await ClaimAsync(key, own: false, ct))
                    {
                        left.Add(key);
                    }
                });
            }

            await ShowAsync(left, ct);
            if (due.Count > 0)
            {
                _after = due.Max(static work => work.Key.Tenant.Value);
                wrapped = false;
                continue;
            }

            if (wrapped || _after == Guid.Empty)
            {
                room.NobodyWaits();
                return;
            }

            (_after, wrapped) = (Guid.Empty, true);
        }
    }

    /// <summary>A lease in this node's name that two looks in a row find not running is taken up again.</summary>
    internal async Task LookAtOwnAsync(CancellationToken ct)
    {
        var mine = await database.DispatchAsync(
            "select tenant_id, conversation_id from conversations.work_of_node($1)", static row => Key(row.GetGuid(0), row.GetGuid(1)), ct, Sql.Uuid(node.Incarnation));
        var orphans = mine.Where(key => !runner.Runs(key)).ToHashSet();
        foreach (var key in orphans.Where(_orphans.Contains))
        {
            await GuardedAsync(key, () => ClaimAsync(key, own: true, ct));
        }

        _orphans = orphans;
    }

    /// <summary>Claims one conversation's turn on this node. False when there was no room for it.</summary>
    internal async Task<bool> ClaimAsync(ConversationKey key, bool own, CancellationToken ct)
    {
        if (!standings.Allows(key.Tenant))
        {
            return true;
        }

        if (!runner.TryReserve(key, scan: !own))
        {
            room.StillWaits(key.Tenant);
            return false;
        }

        var reserved = true;
        try
        {
            var claimed = await store.ClaimAsync(key.Tenant, key.Id, own, null, ct);
            claimed = claimed.Outcome == ClaimOutcome.Limited ? await ClaimWithinAsync(key, own, ct) : claimed;
            room.Waited(key.Tenant);
            if (claimed.Lost)
            {
                await losses.RecordAsync(key, claimed.Claim!);
            }

            switch (claimed.Outcome)
            {
                case ClaimOutcome.Claimed:
                    runner.Start(key.Tenant, claimed.Claim!, null, null);
                    reserved = false;
                    break;
                case ClaimOutcome.Exhausted:
                    await ending.BuryAsync(key, claimed.Claim!, "turn.claimed_too_often");
                    break;
            }
        }
        catch (TurnLostException)
        {
            // Somebody else took it between the two statements.
        }
        finally
        {
            if (reserved)
            {
                runner.Cancel(key.Tenant);
            }
        }

        return true;
    }

    /// <summary>What a look found and had no room for is not hidden from the next.</summary>
    private async Task ShowAsync(List<ConversationKey> left, CancellationToken ct)
    {
        if (left.Count > 0)
        {
            await database.DispatchAsync(
                "select from conversations.show_work($1, $2)", static _ => 0, ct,
                Sql.Uuids([.. left.Select(static key => key.Tenant.Value)]), Sql.Uuids([.. left.Select(static key => key.Id)]));
        }
    }

    /// <summary>Claims what came beyond a limit if there is room for it now; else it is hidden until there is.</summary>
    private async Task<Claimed> ClaimWithinAsync(ConversationKey key, bool own, CancellationToken ct)
    {
        var entered = await messages.EnterAsync(key.Tenant, ct);
        var claimed = await store.ClaimAsync(key.Tenant, key.Id, own, (messages.RuleOf(key.Tenant, RateRules.Contact), entered.RetryAfter), ct);
        if (entered.Allowed && claimed.Outcome != ClaimOutcome.Claimed)
        {
            messages.PutBack(key.Tenant);
        }

        return claimed;
    }

    internal async Task WakeAsync(CancellationToken ct)
    {
        var due = await database.DispatchAsync(
            "select tenant_id, conversation_id from conversations.due_snoozes($1, $2)", static row => Key(row.GetGuid(0), row.GetGuid(1)), ct,
            Sql.Int(100), Sql.Uuids([.. standings.Stopped]));
        foreach (var key in due)
        {
            await GuardedAsync(key, () => acts.WakeAsync(key, ct));
        }
    }

    /// <summary>A conversation whose tenant is being erased, or whose rows are damaged, must not hold up those behind it.</summary>
    private async Task GuardedAsync(ConversationKey key, Func<Task> work)
    {
        try
        {
            await work();
        }
#pragma warning disable CA1031 // Whatever failed, it is due again at a later look.
        catch (Exception failure) when (failure is not OperationCanceledException and not NpgsqlException { IsTransient: true })
#pragma warning restore CA1031
        {
            ConversationFailed(log, failure, key.Id);
        }
    }

    private static ConversationKey Key(Guid tenant, Guid conversation) => new(new TenantId(tenant), conversation);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Looking for work failed")]
    private static partial void LookFailed(ILogger log, Exception failure);

    [LoggerMessage(Level = LogLevel.Error, Message = "The work of conversation {Conversation} could not be taken up")]
    private static partial void ConversationFailed(ILogger log, Exception failure, Guid conversation);
}
