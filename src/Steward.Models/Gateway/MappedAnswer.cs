using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;
using Steward.Models.Wires;

namespace Steward.Models.Gateway;

/// <summary>Answers of any chat client in the OpenAI wire.</summary>
internal static class MappedAnswer
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task WholeAsync(HttpContext http, ChatResponse answer, string model, DateTimeOffset now)
    {
        http.Response.ContentType = "application/json";
        using (var json = new Utf8JsonWriter(http.Response.BodyWriter, Compact))
        {
            Head(json, answer.ResponseId, model, "chat.completion"u8, now);
            json.WriteStartArray("choices"u8);
            json.WriteStartObject();
            json.WriteNumber("index"u8, 0);
            json.WriteStartObject("message"u8);
            json.WriteString("role"u8, "assistant"u8);
            var calls = answer.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().ToList();
            if (answer.Text.Length == 0 && calls.Count > 0) json.WriteNull("content"u8);
            else json.WriteString("content"u8, answer.Text);
            WriteCalls(json, calls, indexed: false);
            json.WriteEndObject();
            json.WriteString("finish_reason"u8, Word(answer.FinishReason));
            json.WriteEndObject();
            json.WriteEndArray();
            if (answer.Usage is { } usage) WriteUsage(json, usage);
            json.WriteEndObject();
        }

        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
    }

    /// <summary>Begins with the first content, so that until then another model may take over.</summary>
    public static async Task StreamAsync(HttpContext http, IAsyncEnumerable<ChatResponseUpdate> updates, string model, bool showUsage, TimeProvider time)
    {
        var output = http.Response.BodyWriter;
        var now = time.GetUtcNow();
        var flowing = false;
        try
        {
            await foreach (var update in updates.WithCancellation(http.RequestAborted))
            {
                if (!flowing && IsThought(update)) continue;
                if (!flowing) EventStream.Begin(http);
                Chunk(output, update, model, first: !flowing, now);
                flowing = true;
                if (showUsage && update.Contents.OfType<UsageContent>().FirstOrDefault() is { } usage) Usage(output, update, model, usage.Details, now);
                await output.FlushAsync(http.RequestAborted);
            }

            output.Write("data: [DONE]\n\n"u8);
            await output.FlushAsync(http.RequestAborted);
        }
        catch (ModelFailedException failure) when (flowing)
        {
            await EventStream.BreakAsync(http, OpenAiErrors.Instance, failure, time);
        }
    }

    /// <summary>The same frames, kept until all are there.</summary>
    public static async Task HoldAsync(HeldAnswer held, IAsyncEnumerable<ChatResponseUpdate> updates, string model, bool showUsage, DateTimeOffset now, CancellationToken ct)
    {
        await foreach (var update in updates.WithCancellation(ct))
        {
            Chunk(held, update, model, first: held.Length == 0, now);
            if (showUsage && update.Contents.OfType<UsageContent>().FirstOrDefault() is { } usage) Usage(held, update, model, usage.Details, now);
        }

        held.Write("data: [DONE]\n\n"u8);
    }

    // This wire has no words for what a model thinks.
    internal static bool IsThought(ChatResponseUpdate update) => update.FinishReason is null && update.Contents.All(content => content is TextReasoningContent);

    private static void Chunk(IBufferWriter<byte> output, ChatResponseUpdate update, string model, bool first, DateTimeOffset now)
    {
        output.Write("data: "u8);
        using (var json = new Utf8JsonWriter(output, Compact))
        {
            Head(json, update.ResponseId, model, "chat.completion.chunk"u8, now);
            json.WriteStartArray("choices"u8);
            json.WriteStartObject();
            json.WriteNumber("index"u8, 0);
            json.WriteStartObject("delta"u8);
            if (first) json.WriteString("role"u8, "assistant"u8);
            if (update.Text is { Length: > 0 } text) json.WriteString("content"u8, text);
            WriteCalls(json, [.. update.Contents.OfType<FunctionCallContent>()], indexed: true);
            json.WriteEndObject();
            if (update.FinishReason is null) json.WriteNull("finish_reason"u8);
            else json.WriteString("finish_reason"u8, Word(update.FinishReason));
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.Write("\n\n"u8);
    }

    private static void Usage(IBufferWriter<byte> output, ChatResponseUpdate update, string model, UsageDetails usage, DateTimeOffset now)
    {
        output.Write("data: "u8);
        using (var json = new Utf8JsonWriter(output, Compact))
        {
            Head(json, update.ResponseId, model, "chat.completion.chunk"u8, now);
            json.WriteStartArray("choices"u8);
            json.WriteEndArray();
            WriteUsage(json, usage);
            json.WriteEndObject();
        }

        output.Write("\n\n"u8);
    }

    private static void Head(Utf8JsonWriter json, string? id, string model, ReadOnlySpan<byte> kind, DateTimeOffset now)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, id ?? "chatcmpl-steward");
        json.WriteString("object"u8, kind);
        json.WriteNumber("created"u8, now.ToUnixTimeSeconds());
        json.WriteString("model"u8, model);
    }

    private static void WriteCalls(Utf8JsonWriter json, List<FunctionCallContent> calls, bool indexed)
    {
        if (calls.Count == 0) return;
        json.WriteStartArray("tool_calls"u8);
        for (var i = 0; i < calls.Count; i++)
        {
            json.WriteStartObject();
            if (indexed) json.WriteNumber("index"u8, i);
            json.WriteString("id"u8, calls[i].CallId);
            json.WriteString("type"u8, "function"u8);
            json.WriteStartObject("function"u8);
            json.WriteString("name"u8, calls[i].Name);
            json.WriteString("arguments"u8, ToolText.Arguments(calls[i]));
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteUsage(Utf8JsonWriter json, UsageDetails usage)
    {
        json.WriteStartObject("usage"u8);
        json.WriteNumber("prompt_tokens"u8, usage.InputTokenCount ?? 0);
        json.WriteNumber("completion_tokens"u8, usage.OutputTokenCount ?? 0);
        json.WriteNumber("total_tokens"u8, usage.TotalTokenCount ?? 0);
        json.WriteStartObject("prompt_tokens_details"u8);
        json.WriteNumber("cached_tokens"u8, usage.CachedInputTokenCount ?? 0);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string Word(ChatFinishReason? reason) => reason switch
    {
        { } finish when finish == ChatFinishReason.Length => "length",
        { } finish when finish == ChatFinishReason.ToolCalls => "tool_calls",
        { } finish when finish == ChatFinishReason.ContentFilter => "content_filter",
        _ => "stop",
    };
}
