using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Steward.Models.Gateway;

/// <summary>What the gateway must know of a chat request, found in one scan without building it.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ChatRequestScan(
    string Model, Range ModelAt, bool Stream, int Choices, bool AsksForUsage, Range? OptionsAt, int FirstMember)
{
    private const int MostChoices = 128;

    /// <summary>Whether tools are offered; their parameters are known to be schemas.</summary>
    public bool Tools { get; init; }

    /// <exception cref="JsonException">The body is not a chat request.</exception>
    public static ChatRequestScan Read(ReadOnlySpan<byte> body)
    {
        var json = new Utf8JsonReader(body);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject) throw new JsonException("The body must be a JSON object.");
        var scan = new ChatRequestScan("", default, false, 1, false, null, (int)json.BytesConsumed);
        var messages = false;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("model"u8)) scan = ReadModel(ref json, scan);
            else if (json.ValueTextEquals("stream"u8)) scan = scan with { Stream = NextBool(ref json, "stream") };
            else if (json.ValueTextEquals("stream_options"u8)) scan = ReadOptions(ref json, scan);
            else if (json.ValueTextEquals("n"u8)) scan = scan with { Choices = NextChoices(ref json) };
            else if (json.ValueTextEquals("max_tokens"u8) || json.ValueTextEquals("max_completion_tokens"u8)) CheckTokens(ref json);
            else if (json.ValueTextEquals("tools"u8)) scan = scan with { Tools = ToolsScan.Check(ref json) };
            else
            {
                messages |= json.ValueTextEquals("messages"u8) || json.ValueTextEquals("input"u8);
                json.Read();
                json.Skip();
            }
        }

        while (json.Read())
        {
            // What follows the object makes the reader throw.
        }

        if (scan.Model.Length == 0) throw new JsonException("'model' is missing.");
        return messages ? scan : throw new JsonException("'messages' (or 'input') is missing.");
    }

    /// <summary>The body with the model's name as its provider knows it, and with usage asked for when it must be to bill.</summary>
    public ReadOnlyMemory<byte> Rewrite(ReadOnlyMemory<byte> body, string model, bool askForUsage)
    {
        askForUsage &= Stream && !AsksForUsage;
        if (!askForUsage && model == Model) return body;
        var output = new ArrayBufferWriter<byte>(body.Length + 64);
        var position = 0;
        void Copy(int until)
        {
            output.Write(body.Span[position..until]);
            position = until;
        }

        if (askForUsage && OptionsAt is null)
        {
            Copy(FirstMember);
            output.Write("\"stream_options\":{\"include_usage\":true},"u8);
        }

        foreach (var at in new[] { ModelAt, OptionsAt ?? ModelAt }.Distinct().OrderBy(range => range.Start.Value))
        {
            if (at.Equals(ModelAt))
            {
                if (model == Model) continue;
                Copy(at.Start.Value);
                output.Write(JsonSerializer.SerializeToUtf8Bytes(model));
                position = at.End.Value;
            }
            else if (askForUsage)
            {
                Copy(at.Start.Value);
                output.Write("{\"include_usage\":true}"u8);
                position = at.End.Value;
            }
        }

        Copy(body.Length);
        return output.WrittenMemory;
    }

    private static ChatRequestScan ReadModel(ref Utf8JsonReader json, in ChatRequestScan scan)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.String) throw new JsonException("'model' must be a string.");
        return scan with { Model = json.GetString()!, ModelAt = (int)json.TokenStartIndex..(int)json.BytesConsumed };
    }

    private static ChatRequestScan ReadOptions(ref Utf8JsonReader json, in ChatRequestScan scan)
    {
        json.Read();
        var start = (int)json.TokenStartIndex;
        var asks = false;
        if (json.TokenType == JsonTokenType.StartObject)
        {
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var usage = json.ValueTextEquals("include_usage"u8);
                json.Read();
                if (usage) asks = json.TokenType == JsonTokenType.True;
                json.Skip();
            }
        }
        else if (json.TokenType != JsonTokenType.Null) throw new JsonException("'stream_options' must be an object.");

        return scan with { AsksForUsage = asks, OptionsAt = start..(int)json.BytesConsumed };
    }

    private static bool NextBool(ref Utf8JsonReader json, string name)
    {
        json.Read();
        return json.TokenType switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False or JsonTokenType.Null => false,
            _ => throw new JsonException($"'{name}' must be a boolean."),
        };
    }

    private static void CheckTokens(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.Null || (json.TokenType == JsonTokenType.Number && json.TryGetInt32(out var count) && count > 0)) return;
        throw new JsonException("'max_tokens' and 'max_completion_tokens' must be positive whole numbers.");
    }

    private static int NextChoices(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.Null) return 1;
        return json.TokenType == JsonTokenType.Number && json.TryGetInt32(out var count) && count is >= 1 and <= MostChoices
            ? count
            : throw new JsonException($"'n' must be from 1 to {MostChoices}.");
    }
}
