using System.Runtime.InteropServices;
using System.Text.Json;

namespace Steward.Models.Schemas;

/// <summary>Whether some JSON is a schema at all, found in one pass over its bytes without building it.</summary>
internal static class SchemaShape
{
    /// <summary>What keeps a schema from being one, or null.</summary>
    public static string? Fault(JsonElement schema)
    {
        var json = new Utf8JsonReader(JsonMarshal.GetRawUtf8Value(schema));
        try
        {
            json.Read();
            Check(ref json);
            return null;
        }
        catch (JsonException error)
        {
            return error.Message;
        }
    }

    /// <summary>Reads a schema, standing on its first token, and ends on its last.</summary>
    /// <exception cref="JsonException">It is none; the message says what to change.</exception>
    public static void Check(ref Utf8JsonReader json)
    {
        if (json.TokenType is JsonTokenType.True or JsonTokenType.False) return;
        if (json.TokenType != JsonTokenType.StartObject) throw new JsonException("A JSON schema is an object or a boolean.");
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName) Member(ref json);
    }

    private static void Member(ref Utf8JsonReader json)
    {
        if (json.ValueTextEquals("type"u8)) Types(ref json);
        else if (json.ValueTextEquals("properties"u8) || json.ValueTextEquals("patternProperties"u8) || json.ValueTextEquals("$defs"u8)
            || json.ValueTextEquals("definitions"u8)) Map(ref json);
        else if (json.ValueTextEquals("anyOf"u8) || json.ValueTextEquals("oneOf"u8) || json.ValueTextEquals("allOf"u8) || json.ValueTextEquals("prefixItems"u8))
            List(ref json);
        else if (json.ValueTextEquals("items"u8)) Items(ref json);
        else if (json.ValueTextEquals("additionalProperties"u8) || json.ValueTextEquals("not"u8) || json.ValueTextEquals("if"u8)
            || json.ValueTextEquals("then"u8) || json.ValueTextEquals("else"u8) || json.ValueTextEquals("propertyNames"u8)) Inner(ref json);
        else if (json.ValueTextEquals("required"u8)) Required(ref json);
        else if (json.ValueTextEquals("enum"u8))
        {
            json.Read();
            if (json.TokenType != JsonTokenType.StartArray) throw new JsonException("'enum' must be an array.");
            json.Skip();
        }
        else if (json.ValueTextEquals("$ref"u8) || json.ValueTextEquals("pattern"u8) || json.ValueTextEquals("format"u8))
        {
            json.Read();
            if (json.TokenType != JsonTokenType.String) throw new JsonException("'$ref', 'pattern' and 'format' must be strings.");
        }
        else
        {
            json.Read();
            json.Skip();
        }
    }

    private static void Inner(ref Utf8JsonReader json)
    {
        json.Read();
        Check(ref json);
    }

    private static void Types(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.StartArray)
        {
            while (json.Read() && json.TokenType != JsonTokenType.EndArray) Type(ref json);
            return;
        }

        Type(ref json);
    }

    private static void Type(ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.String && (json.ValueTextEquals("object"u8) || json.ValueTextEquals("array"u8) || json.ValueTextEquals("string"u8)
            || json.ValueTextEquals("number"u8) || json.ValueTextEquals("integer"u8) || json.ValueTextEquals("boolean"u8) || json.ValueTextEquals("null"u8))) return;
        throw new JsonException("'type' must be object, array, string, number, integer, boolean or null, or an array of these.");
    }

    private static void Map(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject) throw new JsonException("'properties' must be an object of schemas.");
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName) Inner(ref json);
    }

    private static void List(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartArray) throw new JsonException("'anyOf', 'oneOf', 'allOf' and 'prefixItems' must be arrays of schemas.");
        while (json.Read() && json.TokenType != JsonTokenType.EndArray) Check(ref json);
    }

    private static void Items(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartArray)
        {
            Check(ref json);
            return;
        }

        while (json.Read() && json.TokenType != JsonTokenType.EndArray) Check(ref json);
    }

    private static void Required(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartArray) throw new JsonException("'required' must be an array of names.");
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
            if (json.TokenType != JsonTokenType.String) throw new JsonException("'required' must be an array of names.");
    }
}
