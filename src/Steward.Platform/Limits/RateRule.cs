using System.Globalization;

namespace Steward.Platform.Limits;

/// <summary>At most <paramref name="Limit"/> uses in any span of <paramref name="Length"/>.</summary>
public sealed record RateWindow(int Limit, TimeSpan Length);

/// <summary>A named set of windows that all must have room. No window means no limit.</summary>
public sealed record RateRule(string Name, IReadOnlyList<RateWindow> Windows)
{
    /// <summary>
    /// Reads <c>100/1h,10/1m</c>: uses per span, the span in s, m, h or d. An empty text or <c>none</c> is no limit.
    /// Throws <see cref="FormatException"/>.
    /// </summary>
    public static RateRule Parse(string name, string? windows) =>
        new(name, string.IsNullOrWhiteSpace(windows) || windows.Trim() == "none"
            ? []
            : [.. windows.Split(',', StringSplitOptions.TrimEntries).Select(part => Window(name, part))]);

    /// <summary>The windows' limits, for functions of the database.</summary>
    public int[] Limits() => [.. Windows.Select(static window => window.Limit)];

    /// <summary>The windows' lengths in seconds, in the same order.</summary>
    public int[] Seconds() => [.. Windows.Select(static window => (int)window.Length.TotalSeconds)];

    private static RateWindow Window(string name, string part)
    {
        var (slash, unit) = (part.IndexOf('/', StringComparison.Ordinal), part.Length > 0 ? part[^1] : ' ');
        var second = unit switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86_400, _ => 0 };
        var count = 1;
        if (slash < 1 || second == 0
            || !int.TryParse(part.AsSpan(0, slash), NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
            || (part.Length - slash > 2 && !int.TryParse(part.AsSpan(slash + 1, part.Length - slash - 2), NumberStyles.None, CultureInfo.InvariantCulture, out count))
            || limit < 1 || count is < 1 or > 10_000)
        {
            throw new FormatException($"The limit '{name}' cannot be read: '{part}' is not of the form 100/1h.");
        }
        return new RateWindow(limit, TimeSpan.FromSeconds((long)count * second));
    }
}
