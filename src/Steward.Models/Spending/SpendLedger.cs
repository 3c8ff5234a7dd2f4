using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Models.Spending;

/// <summary>Brings every ended call to its row. Calls on their own leave in groups, at most 10 ms after they ended; calls that a commit settles
/// wait for its confirmation and are written on their own when it does not come, so a commit that a fence refused loses no spend.
/// What waits is written on a graceful stop.</summary>
internal sealed partial class SpendLedger(Database database, TimeProvider time, ILogger<SpendLedger> log) : BackgroundService, ISpend, ISpendSink
{
    internal static readonly TimeSpan Group = TimeSpan.FromMilliseconds(10);
    internal static readonly TimeSpan CommitPatience = TimeSpan.FromSeconds(30);
    private const int MostInGroup = 512;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private readonly Channel<CallResult> _waiting = Channel.CreateUnbounded<CallResult>(new UnboundedChannelOptions { SingleReader = true });
    private readonly ConcurrentDictionary<Guid, (CallResult Result, DateTimeOffset At)> _uncommitted = new();
    private ITimer? _patience;

    public void Ended(CallResult result)
    {
        if (result.Purpose.Settlement == Settlement.WithCommit) _uncommitted[result.SpendId] = (result, time.GetUtcNow());
        else _waiting.Writer.TryWrite(result);
    }

    public void AppendOpen(TenantSession session, SpendContext context) => SpendRows.AppendOpen(session, context);

    public void AppendSettle(TenantSession session, CallResult result)
    {
        SpendRows.AppendSettle(session, result);
        session.AfterCommit(() => _uncommitted.TryRemove(result.SpendId, out _));
    }

    /// <summary>Hands rows over whose commit was not confirmed in time.</summary>
    internal void GiveUpOnCommits(TimeSpan patience)
    {
        var now = time.GetUtcNow();
        foreach (var (id, (result, at)) in _uncommitted)
            if (now - at >= patience && _uncommitted.TryRemove(id, out _)) _waiting.Writer.TryWrite(result);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_patience is not null) await _patience.DisposeAsync();
        GiveUpOnCommits(TimeSpan.Zero);
        _waiting.Writer.TryComplete();
        if (ExecuteTask is { } writing) await Task.WhenAny(writing, Task.Delay(Timeout.Infinite, cancellationToken));
        await base.StopAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _patience?.Dispose();
        base.Dispose();
    }

    // The stopping token is not listened to: writing ends when the queue is complete and empty.
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _patience = time.CreateTimer(_ => GiveUpOnCommits(CommitPatience), null, Pause, Pause);
        await Task.Yield();
        var group = new List<CallResult>(MostInGroup);
        while (await _waiting.Reader.WaitToReadAsync(CancellationToken.None))
        {
            await Task.Delay(Group, time, CancellationToken.None);
            while (_waiting.Reader.TryPeek(out _))
            {
                while (group.Count < MostInGroup && _waiting.Reader.TryRead(out var result)) group.Add(result);
                foreach (var tenant in group.GroupBy(result => result.Tenant)) await WriteAsync(tenant.Key, [.. tenant]);
                group.Clear();
            }
        }
    }

    private async Task WriteAsync(TenantId tenant, IReadOnlyList<CallResult> results)
    {
        var session = database.For(tenant);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                SpendRows.AppendSettle(session, results);
                await session.SendAsync(CancellationToken.None);
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

    private async Task SplitAsync(TenantId tenant, IReadOnlyList<CallResult> results, Npgsql.PostgresException refused)
    {
        if (results.Count == 1)
        {
            LogLost(log, refused, results[0].SpendId);
            return;
        }

        foreach (var result in results) await WriteAsync(tenant, [result]);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} spend rows wait for the database.")]
    private static partial void LogRetry(ILogger log, Exception error, int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "The database refused spend row {SpendId}.")]
    private static partial void LogLost(ILogger log, Exception error, Guid spendId);
}
