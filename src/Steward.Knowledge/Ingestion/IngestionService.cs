using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Steward.Platform.Wakeups;

namespace Steward.Knowledge.Ingestion;

/// <summary>Keeps a few workers busy while there is work, and asleep while there is none.</summary>
internal sealed partial class IngestionService(
    SourceWorker worker, WorkSignal signal, IWakeups wakeups, KnowledgeSettings settings, ILogger<IngestionService> log) : BackgroundService
{
    public const string Topic = "knowledge.work";
    private readonly Lock _turn = new();
    private Guid _lastTenant;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var listening = wakeups.Listen(Topic, _ => signal.Raise());
        await Task.WhenAll(Enumerable.Range(0, settings.Workers).Select(_ => WorkAsync(stoppingToken)));
    }

    private async Task WorkAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                Guid after;
                lock (_turn)
                    after = _lastTenant;
                if (await worker.ClaimAsync(after, ct) is { } claim)
                {
                    lock (_turn)
                        _lastTenant = claim.Tenant.Value;
                    await worker.RunAsync(claim, ct);
                }
                else
                {
                    await signal.WaitAsync(settings.Look, ct);
                }
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                // Stopping: another node, or this one after its start, goes on from the stored step.
            }
#pragma warning disable CA1031 // A database that is away must not end the worker; it looks again.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                LookFailed(log, failure);
                await Task.Delay(settings.Look, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Looking for sources to work on failed.")]
    private static partial void LookFailed(ILogger logger, Exception exception);
}
