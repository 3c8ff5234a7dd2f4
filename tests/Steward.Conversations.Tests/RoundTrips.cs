using System.Diagnostics.Metrics;

namespace Steward.Conversations.Tests;

/// <summary>Counts the batches that this test's flow sends; tests that run beside it are not counted.</summary>
internal sealed class RoundTrips : IDisposable
{
    private static readonly AsyncLocal<RoundTrips?> Mine = new();
    private readonly MeterListener _listener = new();
    private long _total;

    public RoundTrips()
    {
        Mine.Value = this;
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Name == "steward.db.round_trips")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, measured, _, _) =>
        {
            if (Mine.Value == this)
            {
                Interlocked.Add(ref _total, measured);
            }
        });
        _listener.Start();
    }

    public long Total => Interlocked.Read(ref _total);

    public void Dispose() => _listener.Dispose();
}
