using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Steward.Platform.Nodes;
using Steward.Platform.Telemetry;

namespace Steward.Platform.Schedules;

/// <summary>
/// Runs what is due. A claim moves nothing but the lease, so a node that dies during a run leaves the time due and another node
/// runs it; a time missed by everyone is run once, however many were missed.
/// </summary>
internal sealed partial class ScheduleRunner(
    IEnumerable<Schedule> schedules, ScheduleRows rows, NodeIdentity node, NodeState state, IServiceScopeFactory scopes, TimeProvider time, ILogger<ScheduleRunner> log)
    : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Correct = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);
    private static readonly Counter<long> Runs = StewardTelemetry.Meter.CreateCounter<long>("steward.schedules.runs", description: "Runs of schedules by outcome.");

    private readonly Dictionary<string, Schedule> _schedules = schedules.ToDictionary(s => s.Name);

    /// <summary>Claims and runs until nothing is due here. Returns how many ran.</summary>
    internal async Task<int> RunDueAsync(CancellationToken ct)
    {
        string[] known = [.. _schedules.Keys];
        var ran = 0;
        while (!state.IsDraining && await rows.ClaimAsync(known, node.Incarnation, Lease, time.GetUtcNow(), ct) is { } claimed)
        {
            await RunAsync(_schedules[claimed.Name], claimed, ct);
            ran++;
        }
        return ran;
    }

    internal async Task EnsureAsync(CancellationToken ct)
    {
        foreach (var schedule in _schedules.Values)
        {
            await rows.EnsureAsync(schedule, Plan.Next(schedule.Plan, time.GetUtcNow()), ct);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_schedules.Count == 0)
        {
            return;
        }

        await LookUntilAsync(
            async () =>
            {
                await EnsureAsync(stoppingToken);
                return true;
            },
            stoppingToken);
        // Two lanes that do not wait for each other, so that one long run does not hold up the others.
        await Task.WhenAll(LaneAsync(stoppingToken), LaneAsync(stoppingToken), CorrectAsync(stoppingToken));
    }

    /// <summary>Looks at the times every minute: a clock that is set right again makes no schedule wait for the wrong time.</summary>
    private Task CorrectAsync(CancellationToken ct) => LookUntilAsync(
        async () =>
        {
            await Task.Delay(Correct, time, ct);
            await EnsureAsync(ct);
            return false;
        },
        ct);

    private Task LaneAsync(CancellationToken ct) => LookUntilAsync(
        async () =>
        {
            await RunDueAsync(ct);
            return false;
        },
        ct);

    /// <summary>Looks every second until a look says that it was the last, or the node ends.</summary>
    private async Task LookUntilAsync(Func<Task<bool>> look, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                if (await look())
                {
                    return;
                }
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException)
            {
                LookFailed(log, e);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                // A run that was cut stays due: its lease ends and another node makes up for it.
                return;
            }

            await Task.Delay(Look, time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task RunAsync(Schedule schedule, ClaimedSchedule claimed, CancellationToken ct)
    {
        using var activity = StewardTelemetry.Source.StartActivity("schedule " + schedule.Name);
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var done = new CancellationTokenSource();
        var renewing = RenewAsync(schedule.Name, lost, done.Token);
        string? error = null;
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await schedule.Handler(scope.ServiceProvider, lost.Token);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // Whatever a handler throws is its failure: recorded, and tried again later.
        catch (Exception e)
#pragma warning restore CA1031
        {
            error = e.GetType().Name;
            Failed(log, e, schedule.Name);
        }
        finally
        {
            await done.CancelAsync();
            await renewing;
        }
        var now = time.GetUtcNow();
        var failures = error is null ? 0 : claimed.Failures + 1;
        var next = error is null ? Plan.Next(schedule.Plan, now) : Plan.AfterFailure(schedule.Plan, failures, now);
        await rows.FinishAsync(schedule.Name, node.Incarnation, next, now, failures, error, ct);
        Runs.Add(1, new KeyValuePair<string, object?>("schedule", schedule.Name), new KeyValuePair<string, object?>("outcome", error is null ? "ok" : "failed"));
    }

    private async Task RenewAsync(string name, CancellationTokenSource lost, CancellationToken done)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Lease / 3, done);
                if (!await rows.RenewAsync(name, node.Incarnation, Lease, done))
                {
                    await lost.CancelAsync();
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The run has ended.
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            // The lease may end while the run goes on; two runs at once must not.
            LookFailed(log, e);
            await lost.CancelAsync();
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Schedule {Schedule} failed")]
    private static partial void Failed(ILogger log, Exception e, string schedule);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Schedules could not be read or renewed")]
    private static partial void LookFailed(ILogger log, Exception e);
}
