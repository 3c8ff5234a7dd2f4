using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Steward.Platform.Telemetry.Metrics;

internal enum FamilyKind
{
    Counter,
    Gauge,
    Histogram,
}

/// <summary>
/// All series of one instrument. The number of label sets is bounded: what comes after is counted together under
/// <c>overflow="true"</c>, so a label that carries ids costs a figure its detail and not the process its memory.
/// </summary>
internal sealed class Family(string name, string help, FamilyKind kind, bool observed, bool absolute, double[]? bounds)
{
    private const int MaxSeries = 500;
    private readonly ConcurrentDictionary<LabelSet, Series> _series = new();
    private readonly Series _overflow = new("overflow=\"true\"", bounds);
    private volatile bool _overflowed;

    public string Name => name;
    public FamilyKind Kind => kind;

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var series = Find(tags);
        if (kind == FamilyKind.Histogram)
        {
            series.Observe(value);
        }
        else if (absolute)
        {
            series.Set(value);
        }
        else
        {
            series.Add(value);
        }
    }

    /// <summary>Forgets observed values before they are observed again, so that what is no longer reported disappears.</summary>
    public void ForgetObserved()
    {
        if (observed)
        {
            _series.Clear();
        }
    }

    public void Write(StringBuilder text)
    {
        var all = _overflowed ? _series.Values.Append(_overflow) : _series.Values;
        var sorted = all.OrderBy(s => s.Labels, StringComparer.Ordinal).ToList();
        if (sorted.Count == 0)
        {
            return;
        }
        text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {Names.Help(help)}\n# TYPE {name} {(kind switch { FamilyKind.Counter => "counter", FamilyKind.Gauge => "gauge", _ => "histogram" })}\n");
        foreach (var series in sorted)
        {
            var (value, count, cumulative) = series.Read();
            if (kind != FamilyKind.Histogram)
            {
                Line(text, name, series.Labels, null, value);
                continue;
            }
            for (var i = 0; i < cumulative.Length; i++)
            {
                Line(text, name + "_bucket", series.Labels, i < bounds!.Length ? Names.Number(bounds[i]) : "+Inf", cumulative[i]);
            }
            Line(text, name + "_sum", series.Labels, null, value);
            Line(text, name + "_count", series.Labels, null, count);
        }
    }

    private Series Find(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var lookup = new LabelSet(tags.ToArray());
        if (_series.TryGetValue(lookup, out var series))
        {
            return series;
        }
        if (_series.Count >= MaxSeries)
        {
            _overflowed = true;
            return _overflow;
        }
        return _series.GetOrAdd(lookup, static (set, b) => new Series(set.ToString(), b), bounds);
    }

    private static void Line(StringBuilder text, string name, string labels, string? le, double value)
    {
        text.Append(name);
        if (labels.Length > 0 || le is not null)
        {
            text.Append('{').Append(labels);
            if (le is not null)
            {
                text.Append(labels.Length > 0 ? "," : "").Append("le=\"").Append(le).Append('"');
            }
            text.Append('}');
        }
        text.Append(' ').Append(Names.Number(value)).Append('\n');
    }
}
