using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Steward.Models.Gateway.Messages;

/// <summary>What the gateway must know of a request of the messages wire, found in one scan without building it.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct MessagesScan(string Model, Range ModelAt, bool Stream, bool Tools)
{
    /// <exception cref="JsonException">The body is not such a request.</exception>
    public static MessagesScan Read(ReadOnlySpan<byte> body)
    {
        var json = new Utf8JsonReader(body);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject) throw new JsonException("The body must be a JSON object.");
        var scan = new MessagesScan("", default, false, false);
        var (messages, bounded) = (false, false);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var (model, stream) = (json.ValueTextEquals("model"u8), json.ValueTextEquals("stream"u8));
            var (said, most, tools) = (json.ValueTextEquals("messages"u8), json.ValueTextEquals("max_tokens"u8), json.ValueTextEquals("tools"u8));
            json.Read();
            if (model) scan = scan with { Model = Text(ref json), ModelAt = (int)json.TokenStartIndex..(int)json.BytesConsumed };
            else if (stream) scan = scan with { Stream = Flag(ref json) };
            else if (most) bounded = Positive(ref json);
            else if (tools) scan = scan with { Tools = Any(json) };
            else if (said) messages = json.TokenType == JsonTokenType.StartArray ? true : throw new JsonException("'messages' must be an array.");
            json.Skip();
        }

        while (json.Read())
        {
            // What follows the object makes the reader throw.
        }

        if (scan.Model.Length == 0) throw new JsonException("'model' is missing.");
        if (!bounded) throw new JsonException("'max_tokens' is missing.");
        return messages ? scan : throw new JsonException("'messages' is missing.");
    }

    /// <summary>The body with the model's name as its provider knows it.</summary>
    public ReadOnlyMemory<byte> Rewrite(ReadOnlyMemory<byte> body, string model)
    {
        if (model == Model) return body;
        var output = new ArrayBufferWriter<byte>(body.Length + 64);
        output.Write(body.Span[..ModelAt.Start]);
        output.Write(JsonSerializer.SerializeToUtf8Bytes(model));
        output.Write(body.Span[ModelAt.End..]);
        return output.WrittenMemory;
    }

    private static string Text(ref Utf8JsonReader json) =>
        json.TokenType == JsonTokenType.String ? json.GetString()! : throw new JsonException("'model' must be a string.");

    private static bool Flag(ref Utf8JsonReader json) =>
        json.TokenType is JsonTokenType.True or JsonTokenType.False ? json.GetBoolean() : throw new JsonException("'stream' must be a boolean.");

    private static bool Any(Utf8JsonReader json) => json.TokenType == JsonTokenType.StartArray && json.Read() && json.TokenType != JsonTokenType.EndArray;

    private static bool Positive(ref Utf8JsonReader json) =>
        json.TokenType == JsonTokenType.Number && json.TryGetInt32(out var count) && count > 0
            ? true
            : throw new JsonException("'max_tokens' must be a positive whole number.");
}
