using System.Text.Json;
using Steward.Simulators.Serving;

namespace Steward.Simulators.Anthropic;

/// <summary>A whole message as one JSON object.</summary>
internal static class MessageBody
{
    public static Rendered Render(Reply reply) => Rendered.OfJson(json =>
    {
        json.WriteStartObject();
        WriteHead(json, reply);
        json.WriteStartArray("content"u8);
        if (reply.Tokens.Count > 0)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "text"u8);
            json.WriteString("text"u8, string.Concat(reply.Tokens));
            json.WriteEndObject();
        }

        foreach (var call in reply.ToolCalls)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "tool_use"u8);
            json.WriteString("id"u8, ToolId(call));
            json.WriteString("name"u8, call.Name);
            json.WritePropertyName("input"u8);
            // Here arguments are JSON inside JSON, so invalid ones make the whole body invalid; the real service never does so.
            json.WriteRawValue(call.Arguments.Length == 0 ? "{}" : call.Arguments, skipInputValidation: true);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (reply.HasFinish) json.WriteString("stop_reason"u8, Name(reply.Finish));
        else json.WriteNull("stop_reason"u8);
        json.WriteNull("stop_sequence"u8);
        if (reply.WithUsage) WriteUsage(json, reply, reply.CompletionTokens);
        json.WriteEndObject();
    });

    public static string ToolId(ReplyToolCall call) => call.Id.StartsWith("call_", StringComparison.Ordinal) ? $"toolu_{call.Id[5..]}" : call.Id;

    public static ReadOnlySpan<byte> Name(Finish finish) => finish switch
    {
        Finish.Length => "max_tokens"u8,
        Finish.ToolCalls => "tool_use"u8,
        Finish.ContentFilter => "refusal"u8,
        _ => "end_turn"u8,
    };

    public static void WriteHead(Utf8JsonWriter json, Reply reply)
    {
        json.WriteString("id"u8, $"msg_{reply.Number}");
        json.WriteString("type"u8, "message"u8);
        json.WriteString("role"u8, "assistant"u8);
        json.WriteString("model"u8, reply.Model);
    }

    public static void WriteUsage(Utf8JsonWriter json, Reply reply, int outputTokens)
    {
        // Anthropic counts what came from its cache beside the other input, not within it.
        json.WriteStartObject("usage"u8);
        json.WriteNumber("input_tokens"u8, reply.PromptTokens - reply.CachedTokens - reply.CacheWriteTokens);
        json.WriteNumber("cache_creation_input_tokens"u8, reply.CacheWriteTokens);
        json.WriteNumber("cache_read_input_tokens"u8, reply.CachedTokens);
        json.WriteStartObject("cache_creation"u8);
        json.WriteNumber("ephemeral_5m_input_tokens"u8, reply.CacheWriteTokens);
        json.WriteNumber("ephemeral_1h_input_tokens"u8, 0);
        json.WriteEndObject();
        json.WriteNumber("output_tokens"u8, outputTokens);
        json.WriteString("service_tier"u8, "standard"u8);
        json.WriteEndObject();
    }
}
