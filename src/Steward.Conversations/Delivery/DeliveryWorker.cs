using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Steward.Conversations.Turns;

namespace Steward.Conversations.Delivery;

/// <summary>Carries messages out: conversations beside each other, the messages of one in order.</summary>
internal sealed partial class DeliveryWorker(
    DeliveryStore store, Carriers carriers, ConversationSettings settings, ILogger<DeliveryWorker> log) : BackgroundService
{
    private const int Page = 64;
    private const int StoreTries = 40;
    private static readonly TimeSpan StorePause = TimeSpan.FromMilliseconds(250);
    private const int Most = 128;
    private readonly ConcurrentDictionary<ConversationKey, byte> _running = new();

    /// <summary>Delivers what is due now and returns when nothing is left. Tests call it instead of waiting.</summary>
    internal async Task DrainAsync(CancellationToken ct)
    {
        while (true)
        {
            var due = (await store.DueAsync(Page, ct)).Where(key => _running.TryAdd(key, 0)).ToList();
            var moved = await Task.WhenAll(due.Select(key => DeliverAsync(key, ct)));
            if (!moved.Any(static did => did))
            {
                return;
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (carriers.Kinds.Count == 0)
        {
            return;
        }

        while (!stoppingToken.IsCancellationRequested)
        {
            await carriers.WaitAsync(settings.ScanEvery, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // The database is away; the next look comes soon.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                WorkFailed(log, failure);
            }
        }
    }

    /// <summary>Starts what is due without waiting for it: a slow provider holds only its own conversations.</summary>
    private async Task LookAsync(CancellationToken ct)
    {
        if (_running.Count >= Most)
        {
            return;
        }

        foreach (var key in await store.DueAsync(Page, ct))
        {
            if (_running.TryAdd(key, 0))
            {
                _ = RunAsync(key, ct);
            }
        }
    }

    private async Task RunAsync(ConversationKey key, CancellationToken ct)
    {
        try
        {
            if (await DeliverAsync(key, ct))
            {
                carriers.Raise();
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // Stopping: what was not tried stays queued.
        }
#pragma warning disable CA1031 // The database is away; the next look comes soon.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            WorkFailed(log, failure);
        }
    }

    /// <summary>Delivers what is due of one conversation; true when anything moved.</summary>
    private async Task<bool> DeliverAsync(ConversationKey key, CancellationToken ct)
    {
        var moved = false;
        try
        {
            while (true)
            {
                var next = await store.NextAsync(key, ct);
                if (next.Step == DeliveryStep.Nothing)
                {
                    return moved;
                }

                moved = true;
                if (next.Message is { } message)
                {
                    var end = await AttemptAsync(next, message, ct);
                    await EndAsync(key, next, end, ct);
                }
            }
        }
        finally
        {
            _running.TryRemove(key, out _);
        }
    }

    /// <summary>
    /// The carrier has been told: what it said is stored even when this node stops, and again when the database went away meanwhile, so that
    /// a known outcome does not become an unknown one.
    /// </summary>
    private async Task EndAsync(ConversationKey key, DeliveryAttempt attempt, AttemptEnd end, CancellationToken ct)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await store.EndAsync(key, attempt, end, CancellationToken.None);
                return;
            }
            catch (Exception failure) when (tries < StoreTries && Outcomes.IsUnknown(failure) && !ct.IsCancellationRequested)
            {
                await Task.Delay(StorePause, CancellationToken.None);
            }
        }
    }

    private async Task<AttemptEnd> AttemptAsync(DeliveryAttempt next, OutgoingMessage message, CancellationToken ct)
    {
        var carrier = carriers.For(message.ChannelKind);
        var jitter = Random.Shared.NextDouble();
        try
        {
            if (next.Step == DeliveryStep.Ask)
            {
                var status = carrier is null ? new CarrierStatus.CannotTell() : await carrier.QueryAsync(message, ct);
                return DeliveryRules.Asked(status, next.Attempt, settings.DeliveryPauses, settings.UnknownGrace, jitter);
            }

            var outcome = carrier is null ? new CarrierOutcome.Refused("channel.no_carrier", false) : await carrier.SendAsync(message, ct);
            return DeliveryRules.After(outcome, next.Attempt, settings.DeliveryPauses, settings.UnknownGrace, jitter);
        }
#pragma warning disable CA1031 // Whatever a carrier throws, nobody can say whether the message left.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            CarrierFailed(log, failure, message.DeliveryId);
            return next.Step == DeliveryStep.Ask
                ? DeliveryRules.Asked(null, next.Attempt, settings.DeliveryPauses, settings.UnknownGrace, jitter)
                : DeliveryRules.After(null, next.Attempt, settings.DeliveryPauses, settings.UnknownGrace, jitter);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The carrier of delivery {Delivery} failed")]
    private static partial void CarrierFailed(ILogger log, Exception failure, Guid delivery);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Delivering failed")]
    private static partial void WorkFailed(ILogger log, Exception failure);
}
