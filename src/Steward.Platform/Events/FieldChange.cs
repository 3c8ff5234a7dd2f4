using System.Text.Json;
using System.Text.Json.Serialization;

namespace Steward.Platform.Events;

/// <summary>One field that an edit changed. Values are there for figures, switches and codes of ours; never for what people wrote and never for secrets.</summary>
/// <param name="Field">Its name as in the API.</param>
/// <param name="From">The value before; null where it is not told, or was none.</param>
/// <param name="To">The value after.</param>
public sealed record FieldChange(
    string Field,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? From = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? To = null)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    /// <summary>The fields in which two objects differ, by name. Of texts, lists and objects the name only, unless the text is a code of ours.</summary>
    /// <param name="before">The settings before; null is none.</param>
    /// <param name="after">The settings after; null is none.</param>
    /// <param name="codes">Names of fields whose text is a code of ours, such as a role or a language.</param>
    public static IReadOnlyList<FieldChange> Between<T>(T? before, T? after, params string[] codes)
        where T : class
    {
        var (old, now) = (Fields(before), Fields(after));
        return
        [
            .. from field in old.Keys.Union(now.Keys)
               let was = old.GetValueOrDefault(field)
               let becomes = now.GetValueOrDefault(field)
               where was.ValueKind != becomes.ValueKind || !JsonElement.DeepEquals(was, becomes)
               select new FieldChange(field, Told(field, was, codes), Told(field, becomes, codes)),
        ];
    }

    /// <summary>Fields by name only, those that were given.</summary>
    public static IReadOnlyList<FieldChange> Named(params (string Field, bool Given)[] fields) => [.. fields.Where(field => field.Given).Select(field => new FieldChange(field.Field))];

    private static Dictionary<string, JsonElement> Fields<T>(T? settings)
        where T : class
        => settings is null ? [] : JsonSerializer.SerializeToElement(settings, Json).EnumerateObject()
            .Where(field => field.Value.ValueKind != JsonValueKind.Null).ToDictionary(field => field.Name, field => field.Value);

    private static string? Told(string field, JsonElement value, string[] codes) => value.ValueKind switch
    {
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        JsonValueKind.String when codes.Contains(field) => value.GetString(),
        _ => null,
    };
}
