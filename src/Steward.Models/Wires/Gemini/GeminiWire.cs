using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Steward.Models.Wires.Gemini;

/// <summary>The wire of the Gemini API (v1beta): <c>generateContent</c>, and <c>streamGenerateContent</c> as server-sent events. The model and
/// whether it streams are in the address, not in the body.</summary>
internal sealed class GeminiWire : IChatWire
{
    public WireReader Reader(bool collect, ChatOptions? options = null) => new GeminiReader(collect);

    public ChatFinishReason FinishReason(string? word) => word switch
    {
        "MAX_TOKENS" => ChatFinishReason.Length,
        "SAFETY" or "RECITATION" or "BLOCKLIST" or "PROHIBITED_CONTENT" or "SPII" or "BLOCKED" => ChatFinishReason.ContentFilter,
        _ => ChatFinishReason.Stop,
    };

    public void Write(Utf8JsonWriter json, WireRequest request)
    {
        json.WriteStartObject();
        if (request.SystemText() is { Length: > 0 } system)
        {
            json.WriteStartObject("systemInstruction"u8);
            json.WriteStartArray("parts"u8);
            json.WriteStartObject();
            json.WriteString("text"u8, system);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        GeminiContents.Write(json, request.Messages, signed: IsThird(request.Model));
        if (request.Options is { } options)
        {
            WriteTools(json, options);
            WriteConfig(json, request, options);
        }

        json.WriteEndObject();
    }

    private static void WriteTools(Utf8JsonWriter json, ChatOptions options)
    {
        var tools = options.Tools?.OfType<AIFunctionDeclaration>().ToList() ?? [];
        if (tools.Count == 0) return;
        json.WriteStartArray("tools"u8);
        json.WriteStartObject();
        json.WriteStartArray("functionDeclarations"u8);
        foreach (var tool in tools)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, tool.Name);
            json.WriteString("description"u8, tool.Description);
            // An object without properties is refused; a function without parameters has no schema at all.
            if (tool.JsonSchema.TryGetProperty("properties", out var properties) && properties.EnumerateObject().Any())
            {
                json.WritePropertyName("parametersJsonSchema"u8);
                tool.JsonSchema.WriteTo(json);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        if (options.ToolMode is null or AutoChatToolMode) return;
        json.WriteStartObject("toolConfig"u8);
        json.WriteStartObject("functionCallingConfig"u8);
        json.WriteString("mode"u8, options.ToolMode is NoneChatToolMode ? "NONE"u8 : "ANY"u8);
        if (options.ToolMode is RequiredChatToolMode { RequiredFunctionName: { } name })
        {
            json.WriteStartArray("allowedFunctionNames"u8);
            json.WriteStringValue(name);
            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteConfig(Utf8JsonWriter json, WireRequest request, ChatOptions options)
    {
        json.WriteStartObject("generationConfig"u8);
        if (options.MaxOutputTokens is { } most) json.WriteNumber("maxOutputTokens"u8, most);
        if (request.Takes("temperature", options.Temperature is not null)) json.WriteNumber("temperature"u8, options.Temperature!.Value);
        if (request.Takes("top_p", options.TopP is not null)) json.WriteNumber("topP"u8, options.TopP!.Value);
        if (options.TopK is { } topK) json.WriteNumber("topK"u8, topK);
        if (request.Takes("frequency_penalty", options.FrequencyPenalty is not null))
            json.WriteNumber("frequencyPenalty"u8, options.FrequencyPenalty!.Value);
        if (request.Takes("presence_penalty", options.PresencePenalty is not null))
            json.WriteNumber("presencePenalty"u8, options.PresencePenalty!.Value);
        if (options.Seed is { } seed) json.WriteNumber("seed"u8, (int)(seed & int.MaxValue));
        if (options.StopSequences is { Count: > 0 } stops)
        {
            json.WriteStartArray("stopSequences"u8);
            // The service takes five.
            foreach (var stop in stops.Take(5)) json.WriteStringValue(stop);
            json.WriteEndArray();
            if (stops.Count > 5) request.Note("dropped:stop");
        }

        if (options.AllowMultipleToolCalls is false) request.Note("dropped:parallel_tool_calls");
        WriteFormat(json, request, options);
        json.WriteEndObject();
    }

    private static bool IsThird(string model) => model.StartsWith("gemini-3", StringComparison.Ordinal);

    private static void WriteFormat(Utf8JsonWriter json, WireRequest request, ChatOptions options)
    {
        if (options.ResponseFormat is not ChatResponseFormatJson format) return;
        if (options.Tools is { Count: > 0 } && !IsThird(request.Model))
        {
            // Before Gemini 3 an answer cannot be held to a form while tools are offered.
            request.Note("dropped:response_format");
            return;
        }

        json.WriteString("responseMimeType"u8, "application/json"u8);
        if (format.Schema is not { } schema) return;
        json.WritePropertyName("responseJsonSchema"u8);
        schema.WriteTo(json);
    }
}
