using System.Text;
using System.Text.Json;

namespace Steward.Simulators;

/// <summary>Reading of request bodies.</summary>
internal static class Fields
{
    public static string Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : throw new BadModelRequestException($"Missing required parameter: '{name}'.");

    public static bool Flag(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    public static int? Number(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : null;

    /// <summary>A message's text: a string, or the text parts of an array.</summary>
    public static string Content(JsonElement message) =>
        message.TryGetProperty("content", out var content) ? Flatten(content) : "";

    public static string Flatten(JsonElement content)
    {
        switch (content.ValueKind)
        {
            case JsonValueKind.String:
                return content.GetString()!;
            case JsonValueKind.Array:
                var text = new StringBuilder();
                foreach (var part in content.EnumerateArray())
                {
                    if (part.ValueKind == JsonValueKind.String) Append(text, part.GetString()!);
                    else if (part.TryGetProperty("text", out var inner) && inner.ValueKind == JsonValueKind.String) Append(text, inner.GetString()!);
                    else if (part.TryGetProperty("content", out var nested)) Append(text, Flatten(nested));
                }

                return text.ToString();
            default:
                return "";
        }
    }

    private static void Append(StringBuilder text, string part)
    {
        if (text.Length > 0) text.Append('\n');
        text.Append(part);
    }
}
