namespace Steward.Platform.Telemetry.Metrics;

/// <summary>The figures of one label set. Bounds are null for counters and gauges.</summary>
internal sealed class Series(string labels, double[]? bounds)
{
    private readonly Lock _gate = new();
    private readonly long[] _counts = bounds is null ? [] : new long[bounds.Length + 1];
    private double _value;
    private long _count;

    /// <summary>Labels as they are written, without braces.</summary>
    public string Labels => labels;

    public void Add(double value)
    {
        lock (_gate)
        {
            _value += value;
        }
    }

    public void Set(double value)
    {
        lock (_gate)
        {
            _value = value;
        }
    }

    public void Observe(double value)
    {
        var at = Array.BinarySearch(bounds!, value);
        lock (_gate)
        {
            // A bound is inclusive: a value equal to it belongs to its bucket.
            _counts[at >= 0 ? at : ~at]++;
            _count++;
            _value += value;
        }
    }

    /// <summary>Value or sum, count, and cumulative bucket counts, read at one moment.</summary>
    public (double Value, long Count, long[] Cumulative) Read()
    {
        lock (_gate)
        {
            var cumulative = new long[_counts.Length];
            long running = 0;
            for (var i = 0; i < cumulative.Length; i++)
            {
                cumulative[i] = running += _counts[i];
            }
            return (_value, _count, cumulative);
        }
    }
}
