namespace Steward.Knowledge;

/// <summary>Enumerations as rows and JSON spell them.</summary>
internal static class Names
{
    public static string Of<T>(T value)
        where T : struct, Enum
        => value.ToString().ToLowerInvariant();

    public static T Parse<T>(string name)
        where T : struct, Enum
        => Enum.Parse<T>(name, ignoreCase: true);

    public static bool TryParse<T>(string? name, out T value)
        where T : struct, Enum
    {
        value = default;
        return name is { Length: > 0 } && char.IsAsciiLetter(name[0]) && !name.Contains(',', StringComparison.Ordinal)
            && Enum.TryParse(name, ignoreCase: true, out value);
    }
}

/// <summary>Enumerations in JSON: their names, first letter small, never numbers.</summary>
internal sealed class CamelCase<T>() : System.Text.Json.Serialization.JsonStringEnumConverter<T>(System.Text.Json.JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;
