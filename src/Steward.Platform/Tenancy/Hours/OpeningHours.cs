using System.Runtime.InteropServices;

namespace Steward.Platform.Tenancy;

/// <summary>A span of opening on the wall clock of one day.</summary>
/// <param name="From">Minutes after midnight, 0 to 1,439.</param>
/// <param name="To">Minutes after the same midnight: more than <paramref name="From"/>; over 1,440 when it runs past midnight.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct OpenSpan(int From, int To);

/// <summary>
/// When a tenant's people are there: spans per weekday, and dates that are otherwise. Pure; the time zone and the instant are given. A span
/// belongs to the date it begins on, so one that runs past midnight also runs into a date that is an exception.
/// </summary>
/// <param name="Weekly">Spans of each weekday; a weekday that is not in it is closed.</param>
/// <param name="Exceptions">Dates with spans of their own instead of the weekday's; none means closed.</param>
public sealed record OpeningHours(IReadOnlyDictionary<DayOfWeek, IReadOnlyList<OpenSpan>> Weekly, IReadOnlyDictionary<DateOnly, IReadOnlyList<OpenSpan>> Exceptions)
{
    /// <summary>How far ahead <see cref="NextOpening"/> looks, in days.</summary>
    public const int Horizon = 800;

    // A span may run a day past its date, and zones lie up to 14 hours off: two dates back hold all that can reach the instant.
    private const int DatesBack = 2;

    /// <summary>Whether it is open at the instant. The end of a span is closed.</summary>
    public bool IsOpen(DateTimeOffset instant, TimeZoneInfo zone)
    {
        var date = DateOf(instant, zone);
        for (var back = DatesBack; back >= 0; back--)
        {
            foreach (var (start, end) in On(date, -back, zone))
            {
                if (start <= instant && instant < end)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>The first instant at or after the given one at which it is open; null when there is none within <see cref="Horizon"/> days.</summary>
    public DateTimeOffset? NextOpening(DateTimeOffset instant, TimeZoneInfo zone)
    {
        if (IsOpen(instant, zone))
        {
            return instant;
        }

        var date = DateOf(instant, zone);
        for (var ahead = -1; ahead <= Horizon; ahead++)
        {
            DateTimeOffset? first = null;
            foreach (var (start, end) in On(date, ahead, zone))
            {
                if (start >= instant && start < end && (first is null || start < first))
                {
                    first = start;
                }
            }

            if (first is not null)
            {
                return first;
            }
        }

        return null;
    }

    private static DateOnly DateOf(DateTimeOffset instant, TimeZoneInfo zone) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, zone).DateTime);

    private IEnumerable<(DateTimeOffset Start, DateTimeOffset End)> On(DateOnly origin, int days, TimeZoneInfo zone)
    {
        var number = origin.DayNumber + days;
        if (number < DateOnly.MinValue.DayNumber + 1 || number > DateOnly.MaxValue.DayNumber - 3)
        {
            yield break;
        }

        var date = DateOnly.FromDayNumber(number);
        if (!Exceptions.TryGetValue(date, out var spans) && !Weekly.TryGetValue(date.DayOfWeek, out spans))
        {
            yield break;
        }

        foreach (var span in spans)
        {
            yield return (WallClock.First(date, span.From, zone), WallClock.Last(date, span.To, zone));
        }
    }
}
