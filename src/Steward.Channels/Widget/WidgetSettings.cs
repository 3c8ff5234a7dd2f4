using System.Text.Json;
using System.Text.RegularExpressions;

namespace Steward.Channels.Widget;

/// <summary>The settings of a channel of kind <c>widget</c>.</summary>
/// <param name="Sites">Origins that may show the widget, such as <c>https://shop.example</c>; empty allows only Steward's own address.</param>
/// <param name="Theme">How it looks.</param>
/// <param name="Locale">A BCP 47 tag, or null to follow the browser.</param>
internal sealed partial record WidgetSettings(IReadOnlyList<string>? Sites, WidgetTheme? Theme, string? Locale)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static WidgetSettings Parse(string settingsJson)
        => JsonSerializer.Deserialize<WidgetSettings>(settingsJson, Json) ?? new(null, null, null);

    /// <summary>The value of <c>frame-ancestors</c>: this server itself and the tenant's sites. What is not an origin is left out.</summary>
    public string FrameAncestors() => string.Join(' ', ["'self'", .. (Sites ?? []).Where(site => Origin().IsMatch(site))]);

    [GeneratedRegex("""^https?://(?:\*\.)?[A-Za-z0-9.-]+(?::\d{1,5})?$""", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex Origin();
}

/// <summary>Looks, as the widget applies them.</summary>
internal sealed record WidgetTheme(string? Color, string? Position, int? Radius, string? Scheme);
