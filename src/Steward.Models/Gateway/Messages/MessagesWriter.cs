using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Steward.Models.Wires;

namespace Steward.Models.Gateway.Messages;

/// <summary>Writes one answer as the events of the messages wire: blocks one after another, each begun, filled and ended.</summary>
internal sealed class MessagesWriter(IBufferWriter<byte> output, string model)
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private int _block = -1;
    private bool _text;

    public bool Begun { get; private set; }

    public void Write(ChatResponseUpdate update)
    {
        if (!Begun) Begin(update.ResponseId);
        if (update.Text is { Length: > 0 } text) Text(text);
        foreach (var call in update.Contents.OfType<FunctionCallContent>()) Call(call);
        if (update.FinishReason is { } finish) End(finish, update.Contents.OfType<UsageContent>().FirstOrDefault()?.Details, CallResult.Of(update));
    }

    /// <summary>The whole answer as one message.</summary>
    public static void Whole(IBufferWriter<byte> output, ChatResponse answer, string model)
    {
        using var json = new Utf8JsonWriter(output, Compact);
        json.WriteStartObject();
        Head(json, answer.ResponseId, model);
        json.WriteStartArray("content"u8);
        if (answer.Text.Length > 0)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "text"u8);
            json.WriteString("text"u8, answer.Text);
            json.WriteEndObject();
        }

        foreach (var call in answer.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>()) WriteCall(json, call, ToolText.Arguments(call));
        json.WriteEndArray();
        json.WriteString("stop_reason"u8, Word(answer.FinishReason));
        json.WriteNull("stop_sequence"u8);
        WriteUsage(json, answer.Usage, CallResult.Of(answer));
        json.WriteEndObject();
    }

    // What the prompt took is known at the end only; clients read it there too.
    private void Begin(string? id)
    {
        Begun = true;
        Event("message_start"u8, json =>
        {
            json.WriteStartObject("message"u8);
            Head(json, id, model);
            json.WriteStartArray("content"u8);
            json.WriteEndArray();
            json.WriteNull("stop_reason"u8);
            json.WriteNull("stop_sequence"u8);
            WriteUsage(json, null, null);
            json.WriteEndObject();
        });
    }

    private void Text(string text)
    {
        if (!_text)
        {
            StartBlock(json =>
            {
                json.WriteString("type"u8, "text"u8);
                json.WriteString("text"u8, ""u8);
            });
            _text = true;
        }

        Delta("text_delta"u8, "text"u8, text);
    }

    private void Call(FunctionCallContent call)
    {
        EndBlock();
        Event("content_block_start"u8, json =>
        {
            json.WriteNumber("index"u8, ++_block);
            json.WritePropertyName("content_block"u8);
            WriteCall(json, call, "{}");
        });
        Delta("input_json_delta"u8, "partial_json"u8, ToolText.Arguments(call));
        StopBlock();
    }

    private void End(ChatFinishReason finish, UsageDetails? usage, CallResult? call)
    {
        EndBlock();
        Event("message_delta"u8, json =>
        {
            json.WriteStartObject("delta"u8);
            json.WriteString("stop_reason"u8, Word(finish));
            json.WriteNull("stop_sequence"u8);
            json.WriteEndObject();
            WriteUsage(json, usage, call);
        });
        Event("message_stop"u8, static _ => { });
    }

    private void StartBlock(Action<Utf8JsonWriter> content) => Event("content_block_start"u8, json =>
    {
        json.WriteNumber("index"u8, ++_block);
        json.WriteStartObject("content_block"u8);
        content(json);
        json.WriteEndObject();
    });

    private void Delta(ReadOnlySpan<byte> type, ReadOnlySpan<byte> member, string value)
    {
        output.Write("event: content_block_delta\ndata: "u8);
        using (var json = new Utf8JsonWriter(output, Compact))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "content_block_delta"u8);
            json.WriteNumber("index"u8, _block);
            json.WriteStartObject("delta"u8);
            json.WriteString("type"u8, type);
            json.WriteString(member, value);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        output.Write("\n\n"u8);
    }

    private void EndBlock()
    {
        if (_text) StopBlock();
        _text = false;
    }

    private void StopBlock() => Event("content_block_stop"u8, json => json.WriteNumber("index"u8, _block));

    private void Event(ReadOnlySpan<byte> name, Action<Utf8JsonWriter> members)
    {
        output.Write("event: "u8);
        output.Write(name);
        output.Write("\ndata: "u8);
        using (var json = new Utf8JsonWriter(output, Compact))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, name);
            members(json);
            json.WriteEndObject();
        }

        output.Write("\n\n"u8);
    }

    private static void Head(Utf8JsonWriter json, string? id, string model)
    {
        json.WriteString("id"u8, id ?? $"msg_{Guid.CreateVersion7():N}");
        json.WriteString("type"u8, "message"u8);
        json.WriteString("role"u8, "assistant"u8);
        json.WriteString("model"u8, model);
    }

    private static void WriteCall(Utf8JsonWriter json, FunctionCallContent call, string input)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "tool_use"u8);
        json.WriteString("id"u8, call.CallId);
        json.WriteString("name"u8, call.Name);
        json.WritePropertyName("input"u8);
        json.WriteRawValue(input);
        json.WriteEndObject();
    }

    // In this wire the kinds of prompt tokens do not overlap. Of an ensemble the usage is that of all members.
    private static void WriteUsage(Utf8JsonWriter json, UsageDetails? usage, CallResult? call)
    {
        var read = usage?.CachedInputTokenCount ?? 0;
        var written = call is null ? 0 : call.Usage.CacheWrite5Minutes + call.Usage.CacheWrite1Hour;
        json.WriteStartObject("usage"u8);
        json.WriteNumber("input_tokens"u8, (usage?.InputTokenCount ?? 0) - read - written);
        json.WriteNumber("cache_creation_input_tokens"u8, written);
        json.WriteNumber("cache_read_input_tokens"u8, read);
        json.WriteNumber("output_tokens"u8, usage?.OutputTokenCount ?? 0);
        json.WriteEndObject();
    }

    private static string Word(ChatFinishReason? reason) => reason switch
    {
        { } finish when finish == ChatFinishReason.Length => "max_tokens",
        { } finish when finish == ChatFinishReason.ToolCalls => "tool_use",
        { } finish when finish == ChatFinishReason.ContentFilter => "refusal",
        _ => "end_turn",
    };
}
