using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Models.Spending;

/// <summary>Brings every ended call to its row. Calls on their own leave in groups of their tenant, which set out at most 10 ms after they ended; tenants do
/// not wait for each other. Calls that a commit settles wait for its confirmation and are written on their own when it does not come, so a commit that a
/// fence refused loses no spend. What waits is written on a graceful stop.</summary>
internal sealed partial class SpendLedger(Database database, TimeProvider time, ILogger<SpendLedger> log) : IHostedService, ISpend, ISpendSink, IDisposable
{
    internal static readonly TimeSpan Group = TimeSpan.FromMilliseconds(10);
    internal static readonly TimeSpan CommitPatience = TimeSpan.FromSeconds(30);
    private const int MostInGroup = 512;
    // Connections that rows of spend may take: a slow tenant has one of them.
    private const int MostAtOnce = 8;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private readonly Lock _gate = new();
    private readonly Dictionary<TenantId, Lane> _lanes = [];
    private readonly SemaphoreSlim _connections = new(MostAtOnce, MostAtOnce);
    private readonly ConcurrentDictionary<Guid, (CallResult Result, DateTimeOffset At)> _uncommitted = new();
    private ITimer? _patience;

    public void Ended(CallResult result)
    {
        if (result.Purpose.Settlement == Settlement.WithCommit) _uncommitted[result.SpendId] = (result, time.GetUtcNow());
        else Queue(result);
    }

    public void AppendOpen(TenantSession session, SpendContext context) => SpendRows.AppendOpen(session, context);

    public void AppendReused(TenantSession session, ReusedAnswer answer) => ReusedAnswers.Append(session, answer);

    public void AppendSettle(TenantSession session, CallResult result)
    {
        SpendRows.AppendSettle(session, result);
        session.AfterCommit(() =>
        {
            if (_uncommitted.TryRemove(result.SpendId, out _)) Written(result);
        });
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _patience = time.CreateTimer(_ => GiveUpOnCommits(CommitPatience), null, Pause, Pause);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_patience is not null) await _patience.DisposeAsync();
        GiveUpOnCommits(TimeSpan.Zero);
        while (true)
        {
            Task[] under;
            lock (_gate) under = [.. _lanes.Values.Select(lane => lane.Draining)];
            if (under.Length == 0) return;
            await Task.WhenAny(Task.WhenAll(under), Task.Delay(Timeout.Infinite, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    public void Dispose()
    {
        _patience?.Dispose();
        _connections.Dispose();
    }

    /// <summary>Hands rows over whose commit was not confirmed in time.</summary>
    internal void GiveUpOnCommits(TimeSpan patience)
    {
        var now = time.GetUtcNow();
        foreach (var (id, (result, at)) in _uncommitted)
            if (now - at >= patience && _uncommitted.TryRemove(id, out _)) Queue(result);
    }

    private void Queue(CallResult result)
    {
        lock (_gate)
        {
            if (_lanes.TryGetValue(result.Tenant, out var lane))
            {
                lane.Waiting.Add(result);
                return;
            }

            lane = new Lane { Waiting = { result } };
            _lanes[result.Tenant] = lane;
            lane.Draining = DrainAsync(result.Tenant, lane);
        }
    }

    private async Task DrainAsync(TenantId tenant, Lane lane)
    {
        await Task.Delay(Group, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        while (Take(tenant, lane) is { Count: > 0 } group) await WriteAsync(tenant, group);
    }

    private List<CallResult> Take(TenantId tenant, Lane lane)
    {
        lock (_gate)
        {
            var group = lane.Waiting;
            if (group.Count <= MostInGroup) lane.Waiting = [];
            else
            {
                lane.Waiting = group[MostInGroup..];
                group = group[..MostInGroup];
            }

            if (group.Count == 0) _lanes.Remove(tenant);
            return group;
        }
    }

    private async Task WriteAsync(TenantId tenant, List<CallResult> results)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await SendAsync(tenant, results);
                foreach (var result in results) Written(result);
                return;
            }
            catch (Exception error) when (error is Npgsql.NpgsqlException or TimeoutException or IOException)
            {
                // A row that the database refuses for its content never gets in; it is alone before it is given up.
                if (error is Npgsql.PostgresException { IsTransient: false } refused)
                {
                    await SplitAsync(tenant, results, refused);
                    return;
                }

                LogRetry(log, error, results.Count);
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(5000, 100 * attempt)), time, CancellationToken.None);
            }
        }
    }

    private async Task SendAsync(TenantId tenant, List<CallResult> results)
    {
        await _connections.WaitAsync(CancellationToken.None);
        try
        {
            var session = database.For(tenant);
            SpendRows.AppendSettle(session, results);
            await session.SendAsync(CancellationToken.None);
        }
        finally
        {
            _connections.Release();
        }
    }

    private async Task SplitAsync(TenantId tenant, List<CallResult> results, Npgsql.PostgresException refused)
    {
        if (results.Count == 1)
        {
            LogLost(log, refused, results[0].SpendId);
            Written(results[0]);
            return;
        }

        foreach (var result in results) await WriteAsync(tenant, [result]);
    }

    private static void Written(CallResult result) => result.Hold?.Written(result.Cost.Usd);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} spend rows wait for the database.")]
    private static partial void LogRetry(ILogger log, Exception error, int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "The database refused spend row {SpendId}.")]
    private static partial void LogLost(ILogger log, Exception error, Guid spendId);

    private sealed class Lane
    {
        public List<CallResult> Waiting { get; set; } = [];

        public Task Draining { get; set; } = Task.CompletedTask;
    }
}
