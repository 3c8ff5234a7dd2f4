using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.Hosting;

namespace Steward.Platform.Telemetry.Metrics;

/// <summary>Listens to the process's meters and writes what it heard as Prometheus text. Hosted so that it listens before the first scrape.</summary>
internal sealed class MetricsCollector : IHostedService, IDisposable
{
    private static readonly HashSet<string> Meters =
    [
        StewardTelemetry.Name, "Npgsql", "System.Runtime", "System.Net.Http",
        "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.Diagnostics",
    ];

    private readonly ConcurrentDictionary<string, Family> _families = new();
    private readonly MeterListener _listener = new();
    private readonly Lock _scrape = new();

    public MetricsCollector()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (Meters.Contains(instrument.Meter.Name) && Adopt(instrument) is { } family)
            {
                listener.EnableMeasurementEvents(instrument, family);
            }
        };
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, family) => Record(family, value, tags));
        _listener.SetMeasurementEventCallback<float>(static (_, value, tags, family) => Record(family, value, tags));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, family) => Record(family, value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, family) => Record(family, value, tags));
        _listener.SetMeasurementEventCallback<short>(static (_, value, tags, family) => Record(family, value, tags));
        _listener.SetMeasurementEventCallback<byte>(static (_, value, tags, family) => Record(family, value, tags));
        _listener.SetMeasurementEventCallback<decimal>(static (_, value, tags, family) => Record(family, (double)value, tags));
        _listener.Start();
    }

    public string Collect()
    {
        lock (_scrape)
        {
            foreach (var family in _families.Values)
            {
                family.ForgetObserved();
            }
            _listener.RecordObservableInstruments();
            var text = new StringBuilder(16 * 1024);
            foreach (var family in _families.Values.OrderBy(f => f.Name, StringComparer.Ordinal))
            {
                family.Write(text);
            }
            return text.ToString();
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _listener.Dispose();

    private static void Record(object? family, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        ((Family)family!).Record(value, tags);

    private Family? Adopt(Instrument instrument)
    {
        var type = instrument.GetType();
        var generic = type.IsGenericType ? type.GetGenericTypeDefinition() : null;
        var kind = generic == typeof(Histogram<>) ? FamilyKind.Histogram
            : generic == typeof(Counter<>) || generic == typeof(ObservableCounter<>) ? FamilyKind.Counter
            : FamilyKind.Gauge;
        // Observed instruments and gauges report what is; the others report what was added.
        var observed = instrument.IsObservable;
        var absolute = observed || generic == typeof(Gauge<>);
        var name = Names.Metric(instrument.Name, instrument.Unit, kind);
        var family = _families.GetOrAdd(
            name,
            static (n, made) => new Family(n, made.Help, made.Kind, made.Observed, made.Absolute, made.Bounds),
            (Help: instrument.Description ?? "", Kind: kind, Observed: observed, Absolute: absolute, Bounds: kind == FamilyKind.Histogram ? Buckets.Of(instrument) : null));
        // The same name with another kind would make the text unreadable; the first one stays.
        return family.Kind == kind ? family : null;
    }
}
