using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Steward.Platform.Nodes;
using Steward.Platform.Notices.Raising;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;
using Steward.Platform.Wakeups;

namespace Steward.Platform.Notices.Sending;

/// <summary>Plans notices and makes their deliveries, tenant by tenant.</summary>
internal sealed partial class NoticeWorker(
    Database database, NoticePlanner planner, NoticeMails mails, NoticeHooks hooks, ITenantStandings standings, IWakeups wakeups, NodeState state, TimeProvider time,
    ILogger<NoticeWorker> log)
    : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);
    private const int Page = 100;
    private const int MostCalling = 32;

    // Calls of webhooks under way: a server that stalls holds up its own tenant only.
    private readonly ConcurrentDictionary<TenantId, Task> _calling = new();
    private TenantId _lastCalled;

    /// <summary>Works until nothing is due and no call is under way. Tests call it instead of waiting.</summary>
    internal async Task DrainAsync(CancellationToken ct)
    {
        for (var calls = true; calls;)
        {
            await WorkAsync(ct);
            var running = _calling.Values.ToArray();
            calls = running.Length > 0;
            await Task.WhenAll(running);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var bell = new WorkBell(wakeups, NoticeBoard.Topic);
        await bell.RunAsync(Look, WorkAsync, failure => LookFailed(log, failure), stoppingToken);
    }

    /// <summary>Plans and mails until nothing is due, and starts the calls that are.</summary>
    private async Task WorkAsync(CancellationToken ct)
    {
        for (var moved = true; moved && !state.IsDraining;)
        {
            moved = false;
            var due = await DueAsync(ct);
            // Begins behind the tenant whose calls were started last: where there is no room for all, all get their turn.
            var first = due.IndexOf(_lastCalled) + 1;
            foreach (var tenant in (IEnumerable<TenantId>)[.. due[first..], .. due[..first]])
            {
                moved |= await GuardedAsync(tenant, async () => await planner.PlanAsync(tenant, ct) | await mails.SendAsync(tenant, ct));
                StartCalls(tenant, ct);
            }
        }
    }

    private async Task<List<TenantId>> DueAsync(CancellationToken ct)
    {
        var due = new List<TenantId>();
        for (var more = true; more;)
        {
            var page = await database.DispatchAsync(
                "select tenant_id from platform.due_notices($1, $2, $3, $4)", row => new TenantId(row.GetGuid(0)), ct,
                Sql.Time(time.GetUtcNow()), Sql.Uuids(standings.Stopped), Sql.Uuid(due.Count == 0 ? Guid.Empty : due[^1].Value), Sql.Int(Page));
            due.AddRange(page);
            more = page.Count == Page;
        }

        return due;
    }

    private void StartCalls(TenantId tenant, CancellationToken ct)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (_calling.Count < MostCalling && _calling.TryAdd(tenant, started.Task))
        {
            _lastCalled = tenant;
            _ = CallAsync(tenant, started, ct);
        }
    }

    private async Task CallAsync(TenantId tenant, TaskCompletionSource ended, CancellationToken ct)
    {
        await GuardedAsync(tenant, () => hooks.SendAsync(tenant, ct));
        _calling.TryRemove(tenant, out _);
        ended.SetResult();
    }

    /// <summary>A tenant that is being erased, or whose rows are damaged, must not hold up the others.</summary>
    private async Task<bool> GuardedAsync(TenantId tenant, Func<Task<bool>> work)
    {
        try
        {
            return await work();
        }
#pragma warning disable CA1031 // What was not stored is due again at the next look.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            TenantFailed(log, failure, tenant);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Due notices could not be read; they are looked for again")]
    private static partial void LookFailed(ILogger log, Exception failure);

    [LoggerMessage(Level = LogLevel.Error, Message = "The notices of tenant {Tenant} could not be worked off")]
    private static partial void TenantFailed(ILogger log, Exception failure, TenantId tenant);
}
