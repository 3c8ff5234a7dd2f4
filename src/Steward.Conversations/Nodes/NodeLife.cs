using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Steward.Conversations.Live;
using Steward.Platform.Nodes;
using Steward.Platform.Postgres;
using Steward.Platform.Wakeups;

namespace Steward.Conversations.Nodes;

/// <summary>Proves that this node lives, for all its leases at once, and speaks with the other nodes.</summary>
internal sealed partial class NodeLife(
    Database database, NodeIdentity node, IWakeups wakeups, ConversationSettings settings, TimeProvider time, ILogger<NodeLife> log) : BackgroundService, INodeSignals
{
    private const string Topic = "conversations";
    private int _peers;

    public bool HasPeers => Volatile.Read(ref _peers) > 0;

    /// <summary>Somebody else's signal; null means that anything may have happened.</summary>
    public Action<Signal?>? Heard { get; set; }

    public void Send(SignalKind kind, ConversationKey key, long epoch = 0)
    {
        if (HasPeers)
        {
            wakeups.Send(Topic, new Signal(node.Incarnation, kind, key, epoch).Write());
        }
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // The first proof of life comes before the first lease.
        await BeatAsync(cancellationToken);
        wakeups.Send(Topic, new Signal(node.Incarnation, SignalKind.Hello, default, 0).Write());
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var listening = wakeups.Listen(Topic, Hear);
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(settings.Heartbeat, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                await BeatAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // The fence holds even when this node's leases are taken for dead.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                BeatFailed(log, failure);
            }
        }
    }

    /// <summary>Writes one proof of life and counts the others.</summary>
    internal async Task BeatAsync(CancellationToken ct)
    {
        var rows = await database.DispatchAsync(
            """
            with mine as (
              insert into conversations.nodes (incarnation) values ($1)
              on conflict (incarnation) do update set seen_at = clock_timestamp() returning 1),
            gone as (delete from conversations.nodes where seen_at < clock_timestamp() - interval '1 day' returning 1)
            select (select count(*) from conversations.nodes n where n.incarnation <> $1 and n.seen_at > clock_timestamp() - interval '12 seconds')::int,
              (select count(*) from mine)::int, (select count(*) from gone)::int
            """,
            static row => row.GetInt32(0),
            ct,
            Sql.Uuid(node.Incarnation));
        Volatile.Write(ref _peers, rows[0]);
    }

    private void Hear(string payload)
    {
        if (payload.Length == 0)
        {
            Heard?.Invoke(null);
            return;
        }

        if (Signal.Parse(payload) is { } signal && signal.From != node.Incarnation)
        {
            // Whoever speaks lives: do not wait for the next count.
            if (!HasPeers)
            {
                Volatile.Write(ref _peers, 1);
                if (signal.Kind == SignalKind.Hello)
                {
                    wakeups.Send(Topic, new Signal(node.Incarnation, SignalKind.Hello, default, 0).Write());
                }
            }

            Heard?.Invoke(signal);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "This node could not prove that it lives")]
    private static partial void BeatFailed(ILogger log, Exception failure);
}
