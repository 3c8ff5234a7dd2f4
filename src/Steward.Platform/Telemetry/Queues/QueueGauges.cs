using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Steward.Platform.Postgres;

namespace Steward.Platform.Telemetry.Queues;

/// <summary>
/// Looks every few seconds at what waits in the database, so that a scrape asks nothing of it. Every node shows the same figures: take the
/// greatest of them, not their sum.
/// </summary>
internal sealed partial class QueueGauges : BackgroundService
{
    internal static readonly TimeSpan Look = TimeSpan.FromSeconds(15);
    private readonly Database _database;
    private readonly string[] _modules;
    private readonly TimeProvider _time;
    private readonly ILogger<QueueGauges> _log;
    private volatile List<QueueFigure> _figures = [];

    public QueueGauges(Database database, IEnumerable<QueueModule> modules, IMeterFactory meters, TimeProvider time, ILogger<QueueGauges> log)
    {
        (_database, _modules, _time, _log) = (database, [.. modules.Select(module => module.Name).Distinct()], time, log);
        // A meter that ends with the program: the product's own outlives it where several run in one process.
        var meter = meters.Create(StewardTelemetry.Name);
        meter.CreateObservableGauge(
            "steward.queue.depth", () => _figures.Select(f => new Measurement<long>(f.Depth, Tag(f))), "{item}", "What waits in the database, counted up to 10,000; the same on every node.");
        meter.CreateObservableGauge(
            "steward.queue.age", () => _figures.Select(f => new Measurement<double>(f.OldestSeconds, Tag(f))), "s", "How long the oldest of it waits; the same on every node.");
    }

    /// <summary>Looks once.</summary>
    internal async Task LookAsync(CancellationToken ct)
    {
        var figures = new List<QueueFigure>();
        foreach (var module in _modules)
        {
            figures.AddRange(await _database.DispatchAsync(
                $"select queue, depth, oldest_ms from {module}.queue_figures()", row => new QueueFigure(row.GetString(0), row.GetInt64(1), Math.Max(0, row.GetInt64(2)) / 1000.0), ct));
        }

        _figures = figures;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception away) when (away is NpgsqlException or TimeoutException)
            {
                // No figure is better than one of another time.
                _figures = [];
                LookFailed(_log, away);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }

            await Task.Delay(Look, _time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static KeyValuePair<string, object?> Tag(QueueFigure figure) => new("queue", figure.Queue);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The queues could not be counted")]
    private static partial void LookFailed(ILogger log, Exception failure);

    private sealed record QueueFigure(string Queue, long Depth, double OldestSeconds);
}

/// <summary>A module whose schema has a function <c>queue_figures()</c>.</summary>
internal sealed record QueueModule(string Name);
