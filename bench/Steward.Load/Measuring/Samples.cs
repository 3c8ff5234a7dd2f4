using System.Globalization;

namespace Steward.Load.Measuring;

/// <summary>Measured times in milliseconds. Not safe for several threads; merge at the end.</summary>
internal sealed class Samples
{
    private readonly List<double> _values = [];
    private bool _sorted = true;

    public int Count => _values.Count;

    public double Median => At(0.5);

    public double P95 => At(0.95);

    public double P99 => At(0.99);

    public double Max => At(1);

    public void Add(TimeSpan time) => Add(time.TotalMilliseconds);

    public void Add(double milliseconds)
    {
        _values.Add(milliseconds);
        _sorted = false;
    }

    public void Add(Samples others)
    {
        _values.AddRange(others._values);
        _sorted = false;
    }

    /// <summary>The nearest-rank percentile.</summary>
    public double At(double share)
    {
        if (_values.Count == 0) return double.NaN;
        if (!_sorted) _values.Sort();
        _sorted = true;
        return _values[Math.Max(0, (int)Math.Ceiling(share * _values.Count) - 1)];
    }

    public static string Ms(double value) => value.ToString(value < 10 ? "0.00" : "0.0", CultureInfo.InvariantCulture) + " ms";

    public static string PerSecond(double value) => value.ToString("#,0", CultureInfo.InvariantCulture) + "/s";
}
