using System.Globalization;
using System.Text;

namespace Steward.Platform.Telemetry.Metrics;

/// <summary>The Prometheus text format 0.0.4: names, labels and numbers. Unit suffixes follow the OpenTelemetry compatibility specification.</summary>
internal static class Names
{
    private const int MaxLabel = 128;

    public static string Metric(string name, string? unit, FamilyKind kind)
    {
        var suffix = unit switch
        {
            "s" => "_seconds",
            "ms" => "_milliseconds",
            "By" => "_bytes",
            "USD" or "{USD}" => "_usd",
            _ => "",
        };
        var plain = Label(name);
        var full = plain.EndsWith(suffix, StringComparison.Ordinal) ? plain : plain + suffix;
        return kind == FamilyKind.Counter && !full.EndsWith("_total", StringComparison.Ordinal) ? full + "_total" : full;
    }

    public static string Label(string name)
    {
        var text = new StringBuilder(name.Length);
        foreach (var c in name)
        {
            text.Append(char.IsAsciiLetterOrDigit(c) ? c : '_');
        }
        return text.Length == 0 || char.IsAsciiDigit(text[0]) ? "_" + text : text.ToString();
    }

    public static string Value(object? value)
    {
        var text = value switch
        {
            bool b => b ? "true" : "false",
            IFormattable f => f.ToString(null, CultureInfo.InvariantCulture),
            _ => value?.ToString() ?? "",
        };
        text = text.Length > MaxLabel ? text[..MaxLabel] : text;
        return text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
    }

    public static string Help(string help) =>
        help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    public static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : value.ToString("R", CultureInfo.InvariantCulture);
}

/// <summary>Labels of one measurement, equal in any order.</summary>
internal readonly struct LabelSet(KeyValuePair<string, object?>[] tags) : IEquatable<LabelSet>
{
    private readonly KeyValuePair<string, object?>[] _tags = tags;

    public bool Equals(LabelSet other)
    {
        if (_tags.Length != other._tags.Length)
        {
            return false;
        }
        for (var i = 0; i < _tags.Length; i++)
        {
            var (key, value) = (_tags[i].Key, _tags[i].Value);
            // Nearly always in the same order, since one place in the code records an instrument.
            if (!(Same(other._tags[i], key, value) || Array.Exists(other._tags, t => Same(t, key, value))))
            {
                return false;
            }
        }
        return true;
    }

    public override bool Equals(object? obj) => obj is LabelSet other && Equals(other);

    public override int GetHashCode()
    {
        var sum = 0;
        foreach (var (key, value) in _tags)
        {
            sum += HashCode.Combine(key, value);
        }
        return sum;
    }

    public override string ToString() =>
        string.Join(',', _tags.OrderBy(t => t.Key, StringComparer.Ordinal).DistinctBy(t => Names.Label(t.Key)).Select(t => $"{Names.Label(t.Key)}=\"{Names.Value(t.Value)}\""));

    private static bool Same(KeyValuePair<string, object?> tag, string key, object? value) => tag.Key == key && Equals(tag.Value, value);
}
