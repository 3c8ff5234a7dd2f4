using System.Text.Json;
using Microsoft.Extensions.AI;
using Steward.Models.Caching;
using Steward.Models.Catalogue;

namespace Steward.Models.Wires.OpenAi;

/// <summary>Chat completions, as OpenAI made them and many others speak them.</summary>
internal sealed class OpenAiChatWire(OpenAiDialect dialect) : IChatWire
{
    public OpenAiDialect Dialect => dialect;

    public WireReader Reader(bool collect, ChatOptions? options = null) => new OpenAiChatReader(collect);

    public ChatFinishReason FinishReason(string? word) => word switch
    {
        "length" or "model_length" => ChatFinishReason.Length,
        "tool_calls" or "function_call" => ChatFinishReason.ToolCalls,
        "content_filter" => ChatFinishReason.ContentFilter,
        _ => ChatFinishReason.Stop,
    };

    public void Write(Utf8JsonWriter json, WireRequest request)
    {
        dialect.Arrange?.Invoke(request);
        var options = request.Options;
        json.WriteStartObject();
        json.WriteString("model"u8, request.Model);
        json.WriteStartArray("messages"u8);
        var system = SystemWord(request);
        if (!string.IsNullOrEmpty(options?.Instructions)) OpenAiMessages.WriteText(json, system, options.Instructions);
        if (SchemaInWords(request) is { } words) OpenAiMessages.WriteText(json, system, words);
        var (begun, stable) = (Written(json), 0L);
        foreach (var message in request.Messages)
        {
            OpenAiMessages.Write(json, message, system);
            if (PromptCaching.IsPrefixEnd(message)) stable = Written(json) - begun;
        }

        json.WriteEndArray();
        var told = Written(json) - begun;
        if (request.Stream)
        {
            json.WriteBoolean("stream"u8, true);
            if (dialect.AsksForUsage)
            {
                json.WriteStartObject("stream_options"u8);
                json.WriteBoolean("include_usage"u8, true);
                json.WriteEndObject();
            }
        }

        if (dialect.SafePrompt is { } safe && (SafeAsked(options) ?? safe)) json.WriteBoolean("safe_prompt"u8, true);
        if (dialect.CacheKey && PromptCaching.LaneOf(options) is { } lane) json.WriteString("prompt_cache_key"u8, lane);
        if (options is not null) WriteOptions(json, request, options);
        begun = Written(json);
        if (options is not null) WriteTools(json, request, options);
        // Tools stand before the messages in what the model reads, so they come again with them.
        var tools = Written(json) - begun;
        json.WriteEndObject();
        if (stable > 0 && request.Card.CacheMinimum is { } least) request.Cacheable = new(Marked: false, (double)(stable + tools) / (told + tools), least);
    }

    private static long Written(Utf8JsonWriter json) => json.BytesCommitted + json.BytesPending;

    private static bool? SafeAsked(ChatOptions? options) =>
        options?.AdditionalProperties?.TryGetValue("safe_prompt", out var asked) == true ? asked as bool? : null;

    private static string SystemWord(WireRequest request)
    {
        if (request.Card.System == SystemRole.System) return "system";
        var word = request.Card.System == SystemRole.Developer ? "developer" : "user";
        if (request.Options?.Instructions is { Length: > 0 } || request.Messages.Any(message => message.Role == ChatRole.System)) request.Note($"system_as:{word}");
        return word;
    }

    // A model that only knows "some JSON object" is told the form; whether it kept to it is checked afterwards.
    private static string? SchemaInWords(WireRequest request)
    {
        if (request.Schema?.Schema is not { } schema || request.Card.JsonSchema) return null;
        request.Note("schema_in_words");
        return $"Answer with one JSON object, and nothing else, that is valid against this JSON schema:\n{schema.GetRawText()}";
    }

    private void WriteOptions(Utf8JsonWriter json, WireRequest request, ChatOptions options)
    {
        if (options.MaxOutputTokens is { } most)
            json.WriteNumber(dialect.CompletionTokens && request.Card.Reasoning ? "max_completion_tokens"u8 : "max_tokens"u8, most);
        if (request.Takes("temperature", options.Temperature is not null)) json.WriteNumber("temperature"u8, options.Temperature!.Value);
        if (request.Takes("top_p", options.TopP is not null)) json.WriteNumber("top_p"u8, options.TopP!.Value);
        if (request.Takes("frequency_penalty", options.FrequencyPenalty is not null))
            json.WriteNumber("frequency_penalty"u8, options.FrequencyPenalty!.Value);
        if (request.Takes("presence_penalty", options.PresencePenalty is not null))
            json.WriteNumber("presence_penalty"u8, options.PresencePenalty!.Value);
        if (request.Takes("stop", options.StopSequences is { Count: > 0 }))
        {
            json.WriteStartArray("stop"u8);
            foreach (var stop in options.StopSequences!) json.WriteStringValue(stop);
            json.WriteEndArray();
        }

        if (options.TopK is not null) request.Note("dropped:top_k");
        if (request.Takes("seed", options.Seed is not null)) json.WriteNumber(dialect.Seed, options.Seed!.Value);
        WriteFormat(json, request, options.ResponseFormat);
    }

    private static void WriteFormat(Utf8JsonWriter json, WireRequest request, ChatResponseFormat? format)
    {
        if (format is not ChatResponseFormatJson wanted) return;
        var schema = request.Card.JsonSchema ? wanted.Schema : null;
        json.WriteStartObject("response_format"u8);
        json.WriteString("type"u8, schema is null ? "json_object"u8 : "json_schema"u8);
        if (schema is { } form)
        {
            json.WriteStartObject("json_schema"u8);
            json.WriteString("name"u8, wanted.SchemaName ?? "answer");
            json.WritePropertyName("schema"u8);
            form.WriteTo(json);
            // The strict form takes a part of JSON Schema only: every property required, no others allowed.
            json.WriteBoolean("strict"u8, StrictSchemas.Takes(form));
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private void WriteTools(Utf8JsonWriter json, WireRequest request, ChatOptions options)
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
        if (request.Takes("parallel_tool_calls", options.AllowMultipleToolCalls is not null))
            json.WriteBoolean("parallel_tool_calls"u8, options.AllowMultipleToolCalls!.Value);
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
