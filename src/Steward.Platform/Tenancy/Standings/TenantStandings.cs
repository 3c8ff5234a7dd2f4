using System.Collections.Frozen;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Steward.Platform.Postgres;
using Steward.Platform.Sealing;
using Steward.Platform.Wakeups;

namespace Steward.Platform.Tenancy.Standings;

/// <summary>
/// Keeps the few tenants that are stopped in memory instead of asking about each: read before the node serves, after every wake-up,
/// and every few seconds, because a wake-up may be lost.
/// </summary>
internal sealed partial class TenantStandings(
    Database database, TenantSealing sealing, IWakeups wakeups, TimeProvider time, ILogger<TenantStandings> log) : BackgroundService, ITenantStandings
{
    private const string Topic = "tenants";
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(3);
    private readonly SemaphoreSlim _ring = new(0, 1);
    private readonly SemaphoreSlim _reading = new(1, 1);
    private readonly List<Action<TenantId, TenantStanding>> _listeners = [];
    private volatile Known _known = new(FrozenDictionary<Guid, TenantStanding>.Empty);

    public Guid[] Stopped => _known.Ids;

    public TenantStanding Of(TenantId tenant) => _known.Standings.GetValueOrDefault(tenant.Value);

    public void Listen(Action<TenantId, TenantStanding> changed)
    {
        lock (_listeners)
        {
            _listeners.Add(changed);
        }
    }

    /// <summary>Reads the list here, then tells the other nodes. Called after the commit.</summary>
    public async Task AnnounceAsync(CancellationToken ct)
    {
        wakeups.Send(Topic, "");
        await RefreshAsync(ct);
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await RefreshAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        base.Dispose();
        _ring.Dispose();
        _reading.Dispose();
    }

    internal async Task RefreshAsync(CancellationToken ct)
    {
        // One at a time: an older answer must not be put over a newer one.
        await _reading.WaitAsync(ct);
        try
        {
            var rows = await database.DispatchAsync(
                "select tenant_id, standing from platform.stopped_tenants()", row => (Id: row.GetGuid(0), Standing: (TenantStanding)row.GetInt16(1)), ct);
            var before = _known.Standings;
            var now = rows.ToFrozenDictionary(row => row.Id, row => row.Standing);
            _known = new Known(now);
            foreach (var (id, standing) in now)
            {
                if (standing == TenantStanding.Erased)
                {
                    sealing.Forget(new TenantId(id));
                }
            }

            Tell(before, now);
        }
        finally
        {
            _reading.Release();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var listening = wakeups.Listen(Topic, _ => Ring());
        while (!stoppingToken.IsCancellationRequested)
        {
            await ((Task)_ring.WaitAsync(Look, stoppingToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                await RefreshAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException)
            {
                // What was known last stays in force.
                ReadFailed(log, e);
                await Task.Delay(Look, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Ring()
    {
        try
        {
            if (_ring.CurrentCount == 0)
            {
                _ring.Release();
            }
        }
        catch (SemaphoreFullException)
        {
            // Rung by another at the same moment.
        }
    }

    private void Tell(FrozenDictionary<Guid, TenantStanding> before, FrozenDictionary<Guid, TenantStanding> now)
    {
        Action<TenantId, TenantStanding>[] listeners;
        lock (_listeners)
        {
            listeners = [.. _listeners];
        }

        foreach (var id in before.Keys.Union(now.Keys))
        {
            var standing = now.GetValueOrDefault(id);
            if (before.GetValueOrDefault(id) != standing)
            {
                Array.ForEach(listeners, listener => listener(new TenantId(id), standing));
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The list of stopped tenants could not be read")]
    private static partial void ReadFailed(ILogger log, Exception e);

    private sealed record Known(FrozenDictionary<Guid, TenantStanding> Standings)
    {
        public Guid[] Ids { get; } = [.. Standings.Keys];
    }
}
