using System.Text.Json;
using Microsoft.Extensions.AI;
using Steward.Models.Caching;

namespace Steward.Models.Wires.Anthropic;

/// <summary>The messages wire (version 2023-06-01). System text is a field of its own, turns alternate, and an answer's length must be bounded.</summary>
internal sealed class AnthropicWire : IChatWire
{
    private const int DefaultMaxTokens = 4096;

    /// <summary>The tool by which an answer of a given form is said: this wire has no response format.</summary>
    internal const string AnswerTool = "give_answer";

    public WireReader Reader(bool collect, ChatOptions? options = null) =>
        new AnthropicReader(collect, options?.ResponseFormat is ChatResponseFormatJson { Schema: not null });

    public ChatFinishReason FinishReason(string? word) => word switch
    {
        "max_tokens" or "model_context_window_exceeded" => ChatFinishReason.Length,
        "tool_use" => ChatFinishReason.ToolCalls,
        "refusal" => ChatFinishReason.ContentFilter,
        _ => ChatFinishReason.Stop,
    };

    public void Write(Utf8JsonWriter json, WireRequest request)
    {
        json.WriteStartObject();
        json.WriteString("model"u8, request.Model);
        json.WriteNumber("max_tokens"u8, request.Options?.MaxOutputTokens ?? Math.Min(DefaultMaxTokens, request.Card.MaxOutput ?? DefaultMaxTokens));
        if (request.Stream) json.WriteBoolean("stream"u8, true);
        var marks = CacheMarks.Of(request);
        if (marks.Count > 0) request.Cacheable = new(Marked: true, 0, request.Card.CacheMinimum!.Value);
        WriteSystem(json, request, marks);
        AnthropicMessages.Write(json, request.Messages, marks);
        if (request.Options is { } options)
        {
            WriteSampling(json, request, options);
            WriteTools(json, request, options);
        }

        json.WriteEndObject();
    }

    // Text that says the same every time goes first and is marked; what follows it then changes nothing of what is kept.
    private static void WriteSystem(Utf8JsonWriter json, WireRequest request, IReadOnlySet<int> marks)
    {
        var last = marks.Where(at => request.Messages[at].Role == ChatRole.System).DefaultIfEmpty(-1).Max();
        var kept = request.SystemText(last + 1);
        if (last < 0 || kept.Length == 0)
        {
            var system = request.SystemText();
            if (system.Length > 0) json.WriteString("system"u8, system);
            return;
        }

        json.WriteStartArray("system"u8);
        AnthropicMessages.WriteText(json, kept, marked: true);
        foreach (var message in request.Messages.Skip(last + 1).Where(message => message.Role == ChatRole.System && message.Text.Length > 0)) AnthropicMessages.WriteText(json, message.Text, marked: false);
        json.WriteEndArray();
    }

    private static void WriteSampling(Utf8JsonWriter json, WireRequest request, ChatOptions options)
    {
        if (options.FrequencyPenalty is not null) request.Note("dropped:frequency_penalty");
        if (options.PresencePenalty is not null) request.Note("dropped:presence_penalty");
        if (options.Seed is not null) request.Note("dropped:seed");
        // Newer models refuse both sampling parameters at once; temperature goes first. The scale ends at 1 here.
        if (request.Takes("temperature", options.Temperature is not null))
        {
            json.WriteNumber("temperature"u8, Math.Clamp(options.Temperature!.Value, 0f, 1f));
            if (options.TopP is not null) request.Note("dropped:top_p");
        }
        else if (request.Takes("top_p", options.TopP is not null)) json.WriteNumber("top_p"u8, options.TopP!.Value);
        if (options.TopK is { } topK) json.WriteNumber("top_k"u8, topK);
        if (options.StopSequences is { Count: > 0 } stops)
        {
            json.WriteStartArray("stop_sequences"u8);
            foreach (var stop in stops) json.WriteStringValue(stop);
            json.WriteEndArray();
        }
    }

    private static void WriteTools(Utf8JsonWriter json, WireRequest request, ChatOptions options)
    {
        var tools = options.Tools?.OfType<AIFunctionDeclaration>().ToList() ?? [];
        if (tools.Count == 0 && request.Schema is null) return;
        json.WriteStartArray("tools"u8);
        foreach (var tool in tools) WriteTool(json, tool.Name, tool.Description, tool.JsonSchema);
        if (request.Schema is { Schema: { } schema } format)
        {
            WriteTool(json, AnswerTool, format.SchemaDescription ?? "Gives the answer. Call it once, with the whole answer.", schema);
            request.Note("schema_by_tool");
        }

        json.WriteEndArray();
        if (request.Schema is null) WriteChoice(json, options);
        else WriteAnswerChoice(json, alone: tools.Count == 0);
    }

    private static void WriteTool(Utf8JsonWriter json, string name, string description, JsonElement schema)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, name);
        json.WriteString("description"u8, description);
        json.WritePropertyName("input_schema"u8);
        schema.WriteTo(json);
        json.WriteEndObject();
    }

    // With other tools beside it the model may use one of those first; plain text is no answer either way.
    private static void WriteAnswerChoice(Utf8JsonWriter json, bool alone)
    {
        json.WriteStartObject("tool_choice"u8);
        json.WriteString("type"u8, alone ? "tool"u8 : "any"u8);
        if (alone) json.WriteString("name"u8, AnswerTool);
        json.WriteEndObject();
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
