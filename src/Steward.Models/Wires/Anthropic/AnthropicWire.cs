using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Steward.Models.Wires.Anthropic;

/// <summary>The messages wire (version 2023-06-01). System text is a field of its own, turns alternate, and an answer's length must be bounded.</summary>
internal sealed class AnthropicWire : IChatWire
{
    private const int DefaultMaxTokens = 4096;

    public string Path => "/v1/messages";

    public WireReader Reader(bool collect) => new AnthropicReader(collect);

    public ChatFinishReason FinishReason(string? word) => word switch
    {
        "max_tokens" or "model_context_window_exceeded" => ChatFinishReason.Length,
        "tool_use" => ChatFinishReason.ToolCalls,
        "refusal" => ChatFinishReason.ContentFilter,
        _ => ChatFinishReason.Stop,
    };

    public void Write(Utf8JsonWriter json, string model, IEnumerable<ChatMessage> messages, ChatOptions? options, bool stream)
    {
        var all = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        json.WriteStartObject();
        json.WriteString("model"u8, model);
        json.WriteNumber("max_tokens"u8, options?.MaxOutputTokens ?? DefaultMaxTokens);
        if (stream) json.WriteBoolean("stream"u8, true);
        var system = string.Join("\n\n", all.Where(message => message.Role == ChatRole.System).Select(message => message.Text)
            .Prepend(options?.Instructions).Where(text => !string.IsNullOrEmpty(text)));
        if (system.Length > 0) json.WriteString("system"u8, system);
        AnthropicMessages.Write(json, all);
        if (options is not null) WriteOptions(json, options);
        json.WriteEndObject();
    }

    private static void WriteOptions(Utf8JsonWriter json, ChatOptions options)
    {
        // Newer models refuse both sampling parameters at once; temperature goes first. The scale ends at 1 here.
        if (options.Temperature is { } temperature) json.WriteNumber("temperature"u8, Math.Clamp(temperature, 0f, 1f));
        else if (options.TopP is { } topP) json.WriteNumber("top_p"u8, topP);
        if (options.TopK is { } topK) json.WriteNumber("top_k"u8, topK);
        if (options.StopSequences is { Count: > 0 } stops)
        {
            json.WriteStartArray("stop_sequences"u8);
            foreach (var stop in stops) json.WriteStringValue(stop);
            json.WriteEndArray();
        }

        if (options.Tools is not { Count: > 0 } tools) return;
        json.WriteStartArray("tools"u8);
        foreach (var tool in tools.OfType<AIFunctionDeclaration>())
        {
            json.WriteStartObject();
            json.WriteString("name"u8, tool.Name);
            json.WriteString("description"u8, tool.Description);
            json.WritePropertyName("input_schema"u8);
            tool.JsonSchema.WriteTo(json);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteChoice(json, options);
    }

    private static void WriteChoice(Utf8JsonWriter json, ChatOptions options)
    {
        if (options.ToolMode is null or AutoChatToolMode && options.AllowMultipleToolCalls is null) return;
        json.WriteStartObject("tool_choice"u8);
        switch (options.ToolMode)
        {
            case NoneChatToolMode:
                json.WriteString("type"u8, "none"u8);
                break;
            case RequiredChatToolMode { RequiredFunctionName: { } name }:
                json.WriteString("type"u8, "tool"u8);
                json.WriteString("name"u8, name);
                break;
            case RequiredChatToolMode:
                json.WriteString("type"u8, "any"u8);
                break;
            default:
                json.WriteString("type"u8, "auto"u8);
                break;
        }

        if (options.AllowMultipleToolCalls is false && options.ToolMode is not NoneChatToolMode)
            json.WriteBoolean("disable_parallel_tool_use"u8, true);
        json.WriteEndObject();
    }
}
