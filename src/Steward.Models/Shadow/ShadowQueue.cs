using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Steward.Models.Providers;
using Steward.Platform.Telemetry;
using Steward.Platform.Masking;
using Steward.Platform.Sealing;
using Steward.Platform.Tenancy;

namespace Steward.Models.Shadow;

/// <summary>Turns that wait for their student: a bounded list in memory, worked off one after the other behind the answers of customers. A full list drops what comes.</summary>
internal sealed partial class ShadowQueue(ShadowStore store, ShadowPairs pairs, ModelDirectory directory, TimeProvider time, ILogger<ShadowQueue> log) : BackgroundService, IShadow
{
    internal const int Most = 256;

    /// <summary>A turn is a pair by then or is dropped: an erasure looks twice, two minutes apart, and must find all of it the second time.</summary>
    internal static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(90);

    private static readonly Counter<long> Dropped = StewardTelemetry.Meter.CreateCounter<long>("steward.shadow.dropped", "{turn}", "Sampled turns that were not kept as a pair.");
    private static readonly Counter<long> Kept = StewardTelemetry.Meter.CreateCounter<long>("steward.shadow.kept", "{turn}", "Sampled turns that were kept as a pair.");
    private const string Late = "late";
    private readonly Channel<(TaughtTurn Turn, long Since)> _waiting = Channel.CreateBounded<(TaughtTurn, long)>(new BoundedChannelOptions(Most) { SingleReader = true });

    /// <summary>How many turns wait.</summary>
    internal int Waiting => _waiting.Reader.Count;

    public void Offer(TaughtTurn turn)
    {
        // Where nothing is known of the tenant's settings, the reader looks.
        if (store.Known(turn.Tenant) is { } settings && !Wanted(settings, turn)) return;
        if (!_waiting.Writer.TryWrite((turn, time.GetTimestamp()))) Count("full");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var (turn, since) in _waiting.Reader.ReadAllAsync(stoppingToken))
        {
            var left = Lifetime - time.GetElapsedTime(since);
            if (left <= TimeSpan.Zero)
            {
                Count(Late);
                continue;
            }

            using var limit = new CancellationTokenSource(left, time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, limit.Token);
            await TakeAsync(turn, both.Token);
            stoppingToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>One turn, to its end; nothing that goes wrong with it reaches the next.</summary>
    internal async Task TakeAsync(TaughtTurn turn, CancellationToken ct)
    {
        try
        {
            var settings = (await store.OfAsync(turn.Tenant, ct)).Settings;
            if (!Wanted(settings, turn) || await IsTeacherAsync(settings.Student, turn, ct)) return;
            if (await pairs.KeepAsync(turn, settings, ct) is { } why) Count(why);
            else Kept.Add(1);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            Count(Late);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            Count(failure switch
            {
                ModelFailedException model => model.Code,
                MaskingFailedException => MaskingFailedException.Code,
                NpgsqlException or TimeoutException or UnknownTenantException => "storage",
                _ => "error",
            });
            PairLost(log, failure);
        }
    }

    // The same model may have been named in two ways.
    private async ValueTask<bool> IsTeacherAsync(string? student, TaughtTurn turn, CancellationToken ct)
    {
        if (student is null) return false;
        var one = await directory.ChatAsync(turn.Tenant, student, ct);
        var other = await directory.ChatAsync(turn.Tenant, turn.Teacher, ct);
        return one is not null && other is not null && one.Name == other.Name && one.Route.Provider == other.Route.Provider;
    }

    private static bool Wanted(ShadowSettings settings, TaughtTurn turn) => settings.Enabled && settings.Student != turn.Teacher && ShadowSplit.IsSampled(turn.TurnId, settings.SampleRate);

    private static void Count(string reason) => Dropped.Add(1, new KeyValuePair<string, object?>("reason", reason));

    [LoggerMessage(Level = LogLevel.Information, Message = "A shadow pair was not kept")]
    private static partial void PairLost(ILogger log, Exception failure);
}
