using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Steward.Models.Wires.OpenAi;

/// <summary>How a provider departs from the chat wire of OpenAI.</summary>
/// <param name="AsksForUsage">Usage of a stream comes only when <c>stream_options</c> asks; other servers send it anyway, and some refuse the field.</param>
/// <param name="HasReasoningModels">Models of the o-series and gpt-5 take <c>max_completion_tokens</c> and no sampling parameters.</param>
/// <param name="AnyTool">The word for "must call some tool".</param>
internal sealed record OpenAiDialect(bool AsksForUsage = true, bool HasReasoningModels = false, string AnyTool = "required");

internal sealed class OpenAiChatWire(OpenAiDialect dialect) : IChatWire
{
    public string Path => "/chat/completions";

    public OpenAiDialect Dialect => dialect;

    public WireReader Reader(bool collect) => new OpenAiChatReader(collect);

    public ChatFinishReason FinishReason(string? word) => word switch
    {
        "length" or "model_length" => ChatFinishReason.Length,
        "tool_calls" or "function_call" => ChatFinishReason.ToolCalls,
        "content_filter" => ChatFinishReason.ContentFilter,
        _ => ChatFinishReason.Stop,
    };

    public void Write(Utf8JsonWriter json, string model, IEnumerable<ChatMessage> messages, ChatOptions? options, bool stream)
    {
        json.WriteStartObject();
        json.WriteString("model"u8, model);
        json.WriteStartArray("messages"u8);
        if (!string.IsNullOrEmpty(options?.Instructions)) OpenAiMessages.WriteText(json, "system"u8, options.Instructions);
        foreach (var message in messages) OpenAiMessages.Write(json, message);
        json.WriteEndArray();
        if (stream)
        {
            json.WriteBoolean("stream"u8, true);
            if (dialect.AsksForUsage)
            {
                json.WriteStartObject("stream_options"u8);
                json.WriteBoolean("include_usage"u8, true);
                json.WriteEndObject();
            }
        }

        if (options is not null) WriteOptions(json, model, options);
        json.WriteEndObject();
    }

    internal static bool Reasons(string model) =>
        model.StartsWith("gpt-5", StringComparison.Ordinal) || (model.Length > 1 && model[0] == 'o' && char.IsAsciiDigit(model[1]));

    private void WriteOptions(Utf8JsonWriter json, string model, ChatOptions options)
    {
        var reasons = dialect.HasReasoningModels && Reasons(model);
        if (options.MaxOutputTokens is { } most) json.WriteNumber(reasons ? "max_completion_tokens"u8 : "max_tokens"u8, most);
        if (!reasons)
        {
            if (options.Temperature is { } temperature) json.WriteNumber("temperature"u8, temperature);
            if (options.TopP is { } topP) json.WriteNumber("top_p"u8, topP);
            if (options.FrequencyPenalty is { } frequency) json.WriteNumber("frequency_penalty"u8, frequency);
            if (options.PresencePenalty is { } presence) json.WriteNumber("presence_penalty"u8, presence);
            if (options.StopSequences is { Count: > 0 } stops)
            {
                json.WriteStartArray("stop"u8);
                foreach (var stop in stops) json.WriteStringValue(stop);
                json.WriteEndArray();
            }
        }

        if (options.Seed is { } seed && dialect.AsksForUsage) json.WriteNumber("seed"u8, seed);
        WriteFormat(json, options.ResponseFormat);
        WriteTools(json, options);
    }

    private static void WriteFormat(Utf8JsonWriter json, ChatResponseFormat? format)
    {
        if (format is not ChatResponseFormatJson wanted) return;
        json.WriteStartObject("response_format"u8);
        json.WriteString("type"u8, wanted.Schema is null ? "json_object"u8 : "json_schema"u8);
        if (wanted.Schema is { } schema)
        {
            json.WriteStartObject("json_schema"u8);
            json.WriteString("name"u8, wanted.SchemaName ?? "answer");
            json.WritePropertyName("schema"u8);
            schema.WriteTo(json);
            json.WriteBoolean("strict"u8, true);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private void WriteTools(Utf8JsonWriter json, ChatOptions options)
    {
        if (options.Tools is not { Count: > 0 } tools) return;
        json.WriteStartArray("tools"u8);
        foreach (var tool in tools.OfType<AIFunctionDeclaration>())
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "function"u8);
            json.WriteStartObject("function"u8);
            json.WriteString("name"u8, tool.Name);
            json.WriteString("description"u8, tool.Description);
            json.WritePropertyName("parameters"u8);
            tool.JsonSchema.WriteTo(json);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (options.AllowMultipleToolCalls is { } many) json.WriteBoolean("parallel_tool_calls"u8, many);
        if (options.ToolMode is NoneChatToolMode) json.WriteString("tool_choice"u8, "none"u8);
        if (options.ToolMode is not RequiredChatToolMode required) return;
        if (required.RequiredFunctionName is not { } name)
        {
            json.WriteString("tool_choice"u8, dialect.AnyTool);
            return;
        }

        json.WriteStartObject("tool_choice"u8);
        json.WriteString("type"u8, "function"u8);
        json.WriteStartObject("function"u8);
        json.WriteString("name"u8, name);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
