using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Steward.Platform.Telemetry;
using Steward.Platform.Masking;
using Steward.Platform.Sealing;
using Steward.Platform.Tenancy;

namespace Steward.Models.Shadow;

/// <summary>Turns that wait for their student: a bounded list in memory, worked off one after the other behind the answers of customers. A full list drops what comes.</summary>
internal sealed partial class ShadowQueue(ShadowStore store, ShadowPairs pairs, ILogger<ShadowQueue> log) : BackgroundService, IShadow
{
    internal const int Most = 256;
    private static readonly Counter<long> Dropped = StewardTelemetry.Meter.CreateCounter<long>("steward.shadow.dropped", "{turn}", "Sampled turns that were not kept as a pair.");
    private static readonly Counter<long> Kept = StewardTelemetry.Meter.CreateCounter<long>("steward.shadow.kept", "{turn}", "Sampled turns that were kept as a pair.");
    private readonly Channel<TaughtTurn> _waiting = Channel.CreateBounded<TaughtTurn>(new BoundedChannelOptions(Most) { SingleReader = true });

    /// <summary>How many turns wait.</summary>
    internal int Waiting => _waiting.Reader.Count;

    public void Offer(TaughtTurn turn)
    {
        // Where nothing is known of the tenant's settings, the reader looks.
        if (store.Known(turn.Tenant) is { } settings && !Wanted(settings, turn)) return;
        if (!_waiting.Writer.TryWrite(turn)) Count("full");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var turn in _waiting.Reader.ReadAllAsync(stoppingToken)) await TakeAsync(turn, stoppingToken);
    }

    /// <summary>One turn, to its end; nothing that goes wrong with it reaches the next.</summary>
    internal async Task TakeAsync(TaughtTurn turn, CancellationToken ct)
    {
        try
        {
            var settings = (await store.OfAsync(turn.Tenant, ct)).Settings;
            if (!Wanted(settings, turn)) return;
            if (await pairs.KeepAsync(turn, settings, ct) is { } why) Count(why);
            else Kept.Add(1);
        }
        catch (Exception failure) when (failure is MaskingFailedException or ModelFailedException or NpgsqlException or TimeoutException or UnknownTenantException)
        {
            Count(failure is ModelFailedException model ? model.Code : failure is MaskingFailedException ? MaskingFailedException.Code : "storage");
            PairLost(log, failure);
        }
    }

    private static bool Wanted(ShadowSettings settings, TaughtTurn turn) => settings.Enabled && settings.Student != turn.Teacher && ShadowSplit.IsSampled(turn.TurnId, settings.SampleRate);

    private static void Count(string reason) => Dropped.Add(1, new KeyValuePair<string, object?>("reason", reason));

    [LoggerMessage(Level = LogLevel.Information, Message = "A shadow pair was not kept")]
    private static partial void PairLost(ILogger log, Exception failure);
}
