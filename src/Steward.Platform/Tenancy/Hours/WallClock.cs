namespace Steward.Platform.Tenancy;

/// <summary>
/// From the wall clock to instants where clocks are turned: a time that is skipped is the moment of the turn, and of a time that comes
/// twice a span begins with the first and ends with the second.
/// </summary>
internal static class WallClock
{
    public static DateTimeOffset First(DateOnly date, int minutes, TimeZoneInfo zone) => At(date, minutes, zone, static offsets => offsets.Max());

    public static DateTimeOffset Last(DateOnly date, int minutes, TimeZoneInfo zone) => At(date, minutes, zone, static offsets => offsets.Min());

    private static DateTimeOffset At(DateOnly date, int minutes, TimeZoneInfo zone, Func<TimeSpan[], TimeSpan> choose)
    {
        var local = date.ToDateTime(TimeOnly.MinValue, DateTimeKind.Unspecified).AddMinutes(minutes);
        while (true)
        {
            var offset = zone.IsAmbiguousTime(local) ? choose(zone.GetAmbiguousTimeOffsets(local)) : zone.GetUtcOffset(local);
            var instant = new DateTimeOffset(local, offset).ToUniversalTime();
            // A time that was skipped does not come back as itself; neither does one of a day that a zone left out.
            if (TimeZoneInfo.ConvertTime(instant, zone).DateTime == local)
            {
                return instant;
            }

            local = local.AddMinutes(1);
        }
    }
}
