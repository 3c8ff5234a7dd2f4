using System.Text.Json;

namespace Steward.Models.Schemas;

/// <summary>JSON pointers (RFC 6901) as references use them.</summary>
internal static class SchemaPointer
{
    public static string Escape(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    /// <summary>The place in <paramref name="root"/> that a local reference such as <c>#/$defs/name</c> leads to, or null.</summary>
    public static JsonElement? Follow(JsonElement root, string reference)
    {
        if (reference is "#") return root;
        if (!reference.StartsWith("#/", StringComparison.Ordinal)) return null;
        var at = root;
        foreach (var part in reference[2..].Split('/'))
        {
            var name = Uri.UnescapeDataString(part).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (at.ValueKind == JsonValueKind.Object && at.TryGetProperty(name, out var member)) at = member;
            else if (at.ValueKind == JsonValueKind.Array && int.TryParse(name, out var index) && index >= 0 && index < at.GetArrayLength()) at = at[index];
            else return null;
        }

        return at;
    }
}
