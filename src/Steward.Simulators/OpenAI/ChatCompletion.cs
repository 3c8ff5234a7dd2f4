using System.Text.Json;
using Steward.Simulators.Serving;

namespace Steward.Simulators.OpenAI;

/// <summary>A whole chat completion as one JSON object.</summary>
internal static class ChatCompletion
{
    public static Rendered Render(Reply reply) => Rendered.OfJson(json =>
    {
        json.WriteStartObject();
        json.WriteString("id"u8, $"chatcmpl-{reply.Number}");
        json.WriteString("object"u8, "chat.completion"u8);
        json.WriteNumber("created"u8, reply.CreatedUnixSeconds);
        json.WriteString("model"u8, reply.Model);
        json.WriteStartArray("choices"u8);
        json.WriteStartObject();
        json.WriteNumber("index"u8, 0);
        WriteMessage(json, reply);
        json.WriteNull("logprobs"u8);
        if (reply.HasFinish) json.WriteString("finish_reason"u8, Name(reply.Finish));
        else json.WriteNull("finish_reason"u8);
        json.WriteEndObject();
        json.WriteEndArray();
        if (reply.WithUsage) WriteUsage(json, reply);
        json.WriteString("service_tier"u8, "default"u8);
        json.WriteString("system_fingerprint"u8, "fp_steward"u8);
        json.WriteEndObject();
    });

    public static ReadOnlySpan<byte> Name(Finish finish) => finish switch
    {
        Finish.Length => "length"u8,
        Finish.ToolCalls => "tool_calls"u8,
        Finish.ContentFilter => "content_filter"u8,
        _ => "stop"u8,
    };

    public static void WriteUsage(Utf8JsonWriter json, Reply reply)
    {
        json.WriteStartObject("usage"u8);
        json.WriteNumber("prompt_tokens"u8, reply.PromptTokens);
        json.WriteNumber("completion_tokens"u8, reply.CompletionTokens + reply.ReasoningTokens);
        json.WriteNumber("total_tokens"u8, reply.PromptTokens + reply.CompletionTokens + reply.ReasoningTokens);
        json.WriteStartObject("prompt_tokens_details"u8);
        json.WriteNumber("cached_tokens"u8, reply.CachedTokens);
        json.WriteNumber("audio_tokens"u8, 0);
        json.WriteEndObject();
        json.WriteStartObject("completion_tokens_details"u8);
        json.WriteNumber("reasoning_tokens"u8, reply.ReasoningTokens);
        json.WriteNumber("audio_tokens"u8, 0);
        json.WriteNumber("accepted_prediction_tokens"u8, 0);
        json.WriteNumber("rejected_prediction_tokens"u8, 0);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteMessage(Utf8JsonWriter json, Reply reply)
    {
        json.WriteStartObject("message"u8);
        json.WriteString("role"u8, "assistant"u8);
        if (reply.Tokens.Count == 0 && reply.ToolCalls.Count > 0) json.WriteNull("content"u8);
        else json.WriteString("content"u8, string.Concat(reply.Tokens));
        json.WriteNull("refusal"u8);
        if (reply.ToolCalls.Count > 0)
        {
            json.WriteStartArray("tool_calls"u8);
            foreach (var call in reply.ToolCalls)
            {
                json.WriteStartObject();
                json.WriteString("id"u8, call.Id);
                json.WriteString("type"u8, "function"u8);
                json.WriteStartObject("function"u8);
                json.WriteString("name"u8, call.Name);
                json.WriteString("arguments"u8, call.Arguments);
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteStartArray("annotations"u8);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
