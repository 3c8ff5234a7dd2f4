using System.Globalization;

namespace Steward.Platform.Mail;

/// <summary>Times as every language reads them.</summary>
internal static class MailTimes
{
    /// <summary><c>2026-01-05 10:00 (Europe/Berlin)</c>; in UTC when the zone is not known here.</summary>
    public static string Write(DateTimeOffset at, string timeZone = "UTC")
    {
        var known = TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out var zone);
        var local = known ? TimeZoneInfo.ConvertTime(at, zone!) : at.ToUniversalTime();
        return string.Create(CultureInfo.InvariantCulture, $"{local:yyyy-MM-dd HH:mm} ({(known ? timeZone : "UTC")})");
    }
}
