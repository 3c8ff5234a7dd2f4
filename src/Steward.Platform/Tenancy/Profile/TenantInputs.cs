using System.Text.RegularExpressions;
using Steward.Platform.Access;

namespace Steward.Platform.Tenancy.Profile;

/// <summary>Rules for a tenant's profile. Pure but for the system's list of time zones.</summary>
internal static partial class TenantInputs
{
    /// <summary>A time zone of the IANA database by its name; null when there is none. Windows' names are none.</summary>
    public static TimeZoneInfo? TimeZone(string? id) =>
        id is { Length: > 0 and <= 64 } && ZoneName().IsMatch(id) && TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone) && zone.HasIanaId ? zone : null;

    /// <summary>
    /// A BCP 47 language tag (language, script, region, variants) in its usual spelling: <c>pt-br</c> is <c>pt-BR</c>. Null when it is none.
    /// Whether a well-formed language exists is not looked up.
    /// </summary>
    public static string? Locale(string? tag)
    {
        if (tag is null || LanguageTag().Match(tag) is not { Success: true } match)
        {
            return null;
        }

        var (script, region) = (match.Groups["script"].Value, match.Groups["region"].Value);
        return match.Groups["language"].Value.ToLowerInvariant()
            + (script.Length == 0 ? "" : $"-{char.ToUpperInvariant(script[0])}{script[1..].ToLowerInvariant()}")
            + (region.Length == 0 ? "" : $"-{region.ToUpperInvariant()}")
            + match.Groups["variants"].Value.ToLowerInvariant();
    }

    public static InputFault? CheckTimeZone(string? id) => TimeZone(id) is not null
        ? null
        : new InputFault("tenant.time_zone", "The time zone is a name of the IANA database, such as Europe/Copenhagen or UTC.");

    public static InputFault? CheckLocale(string? tag) => Locale(tag) is not null
        ? null
        : new InputFault("tenant.locale", "The locale is a BCP 47 language tag, such as en, de-AT or zh-Hant-TW.");

    public static InputFault? CheckCurrency(string? code) => Currencies.Contains(code)
        ? null
        : new InputFault("tenant.currency", "The currency is a code of ISO 4217 in capital letters, such as EUR, USD or JPY.");

    public static InputFault? CheckName(string? name) => Inputs.IsName(name)
        ? null
        : new InputFault("input.name", "Send a name of 1 to 100 characters on one line.");

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_+\-]*(/[A-Za-z][A-Za-z0-9_+\-]*){0,2}$", RegexOptions.ExplicitCapture, 100)]
    private static partial Regex ZoneName();

    [GeneratedRegex(
        @"^(?<language>[A-Za-z]{2,3})(-(?<script>[A-Za-z]{4}))?(-(?<region>[A-Za-z]{2}|[0-9]{3}))?(?<variants>(-([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3})){0,3})$",
        RegexOptions.ExplicitCapture, 100)]
    private static partial Regex LanguageTag();
}
