using System.Globalization;
using System.Net.Mail;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Steward.Models.Schemas;

/// <summary>What a schema asserts of texts and numbers.</summary>
internal static class SchemaScalars
{
    // Patterns come from tools that tenants write; none may hold a call up.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);

    public static bool Is(string? type, JsonElement value) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "null" => value.ValueKind == JsonValueKind.Null,
        "number" => value.ValueKind == JsonValueKind.Number,
        // 1.0 is an integer.
        "integer" => value.ValueKind == JsonValueKind.Number && (value.TryGetDecimal(out var exact) ? decimal.Truncate(exact) == exact : value.GetDouble() % 1 == 0),
        _ => false,
    };

    public static IEnumerable<string> Text(JsonElement schema, string text)
    {
        if (Bound(schema, "minLength") is { } least && Length(text) < least) yield return $"must have at least {least} characters.";
        if (Bound(schema, "maxLength") is { } most && Length(text) > most) yield return $"must have at most {most} characters.";
        if (schema.TryGetProperty("pattern", out var pattern) && Matches(pattern.GetString() ?? "", text) is not true) yield return $"must match the pattern {pattern.GetString()}.";
        if (schema.TryGetProperty("format", out var format) && format.ValueKind == JsonValueKind.String && !HasFormat(format.GetString()!, text))
            yield return $"must be a {format.GetString()}.";
    }

    public static IEnumerable<string> Number(JsonElement schema, JsonElement value)
    {
        var number = value.GetDouble();
        if (Limit(schema, "minimum") is { } least && (Flag(schema, "exclusiveMinimum") ? number <= least : number < least)) yield return $"must be at least {Text(least)}.";
        if (Limit(schema, "maximum") is { } most && (Flag(schema, "exclusiveMaximum") ? number >= most : number > most)) yield return $"must be at most {Text(most)}.";
        if (Limit(schema, "exclusiveMinimum") is { } above && number <= above) yield return $"must be more than {Text(above)}.";
        if (Limit(schema, "exclusiveMaximum") is { } below && number >= below) yield return $"must be less than {Text(below)}.";
        if (Limit(schema, "multipleOf") is { } unit && unit > 0 && !IsMultiple(value, schema.GetProperty("multipleOf"))) yield return $"must be a multiple of {Text(unit)}.";
    }

    /// <summary>A whole number of a schema, such as <c>minItems</c>.</summary>
    public static int? Bound(JsonElement schema, string name) =>
        schema.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) ? (int)Math.Clamp(number, 0, int.MaxValue) : null;

    /// <summary>Whether a text matches; null when the pattern cannot be read or takes too long.</summary>
    public static bool? Matches(string pattern, string text)
    {
        try
        {
            return Regex.IsMatch(text, pattern, RegexOptions.CultureInvariant, Patience);
        }
        catch (Exception error) when (error is ArgumentException or RegexMatchTimeoutException)
        {
            return null;
        }
    }

    // The standard counts code points.
    private static int Length(string text) => text.Any(char.IsSurrogate) ? text.EnumerateRunes().Count() : text.Length;

    private static bool IsMultiple(JsonElement value, JsonElement unit) =>
        value.TryGetDecimal(out var number) && unit.TryGetDecimal(out var exact) ? number % exact == 0 : Math.Abs(Math.IEEERemainder(value.GetDouble(), unit.GetDouble())) < 1e-9;

    private static double? Limit(JsonElement schema, string name) =>
        schema.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    private static bool Flag(JsonElement schema, string name) => schema.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);

    // Formats that tools act upon are held; others are words.
    private static bool HasFormat(string format, string text) => format switch
    {
        "date" => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        "date-time" => text.Length >= 20 && (text[10] is 'T' or 't') && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        "email" => MailAddress.TryCreate(text, out var mail) && mail.Address == text,
        "uuid" => Guid.TryParseExact(text, "D", out _),
        "uri" => Uri.TryCreate(text, UriKind.Absolute, out _),
        _ => true,
    };
}
