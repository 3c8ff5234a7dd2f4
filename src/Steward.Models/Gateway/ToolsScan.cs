using System.Text.Json;
using Steward.Models.Schemas;

namespace Steward.Models.Gateway;

/// <summary>Looks at the tools of a chat request in passing.</summary>
internal static class ToolsScan
{
    /// <summary>Whether there are tools, standing on the property's name.</summary>
    /// <exception cref="JsonException">A tool's parameters are not a JSON schema.</exception>
    public static bool Check(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.Null) return false;
        if (json.TokenType != JsonTokenType.StartArray) throw new JsonException("'tools' must be an array.");
        var count = 0;
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType != JsonTokenType.StartObject) throw new JsonException($"'tools[{count}]' must be an object.");
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var function = json.ValueTextEquals("function"u8);
                json.Read();
                if (function) Function(ref json, count);
                else json.Skip();
            }

            count++;
        }

        return count > 0;
    }

    private static void Function(ref Utf8JsonReader json, int index)
    {
        if (json.TokenType != JsonTokenType.StartObject) throw new JsonException($"'tools[{index}].function' must be an object.");
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var parameters = json.ValueTextEquals("parameters"u8);
            json.Read();
            if (!parameters || json.TokenType == JsonTokenType.Null) json.Skip();
            else Parameters(ref json, index);
        }
    }

    private static void Parameters(ref Utf8JsonReader json, int index)
    {
        try
        {
            if (json.TokenType != JsonTokenType.StartObject) throw new JsonException("A tool's parameters are an object.");
            SchemaShape.Check(ref json);
        }
        catch (JsonException error) when (error.LineNumber is null)
        {
            throw new JsonException($"'tools[{index}].function.parameters' is not a JSON schema. {error.Message}", error);
        }
    }
}
