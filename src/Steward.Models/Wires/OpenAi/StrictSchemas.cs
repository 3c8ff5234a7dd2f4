using System.Text.Json;

namespace Steward.Models.Wires.OpenAi;

/// <summary>Which schemas the strict form of <c>response_format</c> takes: each object names its properties, requires all of them and allows no
/// others (OpenAI, "Structured Outputs", supported schemas). Other schemas are sent without it, and the answer is checked all the same.</summary>
internal static class StrictSchemas
{
    public static bool Takes(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object) return false;
        if (IsObject(schema) && !ClosedObject(schema)) return false;
        foreach (var member in schema.EnumerateObject())
        {
            var fits = member.Name switch
            {
                "properties" or "$defs" or "definitions" => member.Value.EnumerateObject().All(inner => Takes(inner.Value)),
                "items" => Takes(member.Value),
                "anyOf" => member.Value.EnumerateArray().All(Takes),
                "allOf" or "oneOf" or "not" or "if" or "then" or "else" or "dependentRequired" or "patternProperties" or "prefixItems" => false,
                _ => true,
            };
            if (!fits) return false;
        }

        return true;
    }

    private static bool IsObject(JsonElement schema) => schema.TryGetProperty("properties", out _)
        || (schema.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("object"u8));

    private static bool ClosedObject(JsonElement schema)
    {
        if (!schema.TryGetProperty("additionalProperties", out var others) || others.ValueKind != JsonValueKind.False) return false;
        if (!schema.TryGetProperty("properties", out var properties)) return false;
        var required = schema.TryGetProperty("required", out var names) && names.ValueKind == JsonValueKind.Array
            ? names.EnumerateArray().Select(name => name.GetString()).ToHashSet()
            : [];
        return properties.EnumerateObject().All(property => required.Contains(property.Name));
    }
}
