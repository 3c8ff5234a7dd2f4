namespace Steward.Platform.Notices;

/// <summary>A part of every day, in minutes from midnight of a time zone; over midnight when it begins later than it ends. The end is no part of it.</summary>
internal sealed record QuietHours(int From, int Until)
{
    private const int Day = 24 * 60;

    /// <summary>From both ends, or null when one is missing or they are the same.</summary>
    public static QuietHours? Of(int? from, int? until) => from is { } begin && until is { } end && begin != end ? new QuietHours(begin, end) : null;

    /// <summary>Whether a minute of the day is quiet.</summary>
    public bool Covers(int minute) => From < Until ? minute >= From && minute < Until : minute >= From || minute < Until;

    /// <summary>The first moment from now on that is not quiet.</summary>
    public DateTimeOffset End(DateTimeOffset now, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(now, zone);
        var minute = (local.Hour * 60) + local.Minute;
        if (!Covers(minute))
        {
            return now;
        }

        var end = local.Date.AddMinutes(minute < Until ? Until : Until + Day);
        // An hour that summer time leaves out ends when it would have begun; one that comes twice is quiet until its second end.
        while (zone.IsInvalidTime(end))
        {
            end = end.AddMinutes(1);
        }

        return new DateTimeOffset(end, zone.GetUtcOffset(end)).ToUniversalTime();
    }
}
