using System.Text.Json;
using Steward.Simulators.Serving;

namespace Steward.Simulators.Mistral;

/// <summary>Mistral's answers: calls of tools come whole, with ids of nine letters, and the usage of a stream is in its last chunk, beside the finish
/// reason.</summary>
internal static class MistralAnswer
{
    public static Rendered Whole(Reply reply) => Rendered.OfJson(json =>
    {
        Head(json, reply, "chat.completion"u8);
        json.WriteStartObject("message"u8);
        json.WriteString("role"u8, "assistant"u8);
        json.WriteString("content"u8, string.Concat(reply.Tokens));
        Calls(json, reply);
        json.WriteEndObject();
        Tail(json, reply, finished: true);
    });

    public static Rendered Stream(Reply reply)
    {
        var stream = Rendered.Stream();
        Chunk(stream, reply, json =>
        {
            json.WriteString("role"u8, "assistant"u8);
            json.WriteString("content"u8, ""u8);
        }, finished: false, 1);
        var sent = 0;
        foreach (var token in reply.Tokens)
        {
            if (Breaks(stream, reply, sent)) return stream;
            Chunk(stream, reply, json => json.WriteString("content"u8, token), finished: false, ++sent);
        }

        if (Breaks(stream, reply, reply.InBody?.Kind is FaultKind.ErrorFrame or FaultKind.MalformedJson or FaultKind.MalformedFrame ? int.MaxValue : sent)) return stream;
        Chunk(stream, reply, json =>
        {
            json.WriteString("content"u8, ""u8);
            Calls(json, reply);
        }, finished: true, ++sent);
        stream.Raw("data: [DONE]\n\n"u8);
        stream.EndFrame(sent);
        return stream;
    }

    private static bool Breaks(Rendered stream, Reply reply, int sent)
    {
        if (reply.Strikes(FaultKind.ErrorFrame, sent))
            stream.Raw("data: {\"object\":\"error\",\"error\":{\"object\":\"error\",\"message\":\"Service unavailable.\",\"type\":\"internal_server_error\",\"code\":\"3700\"}}\n\n"u8);
        else if (reply.Strikes(FaultKind.MalformedJson, sent)) stream.Raw("data: {\"id\":\"cmpl\",\"choices\":[{\"delta\":\n\n"u8);
        else if (reply.Strikes(FaultKind.MalformedFrame, sent)) stream.Raw("dat\0a {\"choices\"\r\r<<<\n\n"u8);
        else return false;
        stream.EndFrame(Math.Min(sent, reply.Tokens.Count));
        return true;
    }

    private static void Chunk(Rendered stream, Reply reply, Action<Utf8JsonWriter> delta, bool finished, int token)
    {
        stream.Raw("data: "u8);
        using (var json = new Utf8JsonWriter(stream.Body, Json.WriterOptions))
        {
            Head(json, reply, "chat.completion.chunk"u8);
            json.WriteStartObject("delta"u8);
            delta(json);
            json.WriteEndObject();
            Tail(json, reply, finished);
        }

        stream.Raw("\n\n"u8);
        stream.EndFrame(token);
    }

    private static void Head(Utf8JsonWriter json, Reply reply, ReadOnlySpan<byte> kind)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, $"cmpl{reply.Number}");
        json.WriteString("object"u8, kind);
        json.WriteNumber("created"u8, reply.CreatedUnixSeconds);
        json.WriteString("model"u8, reply.Model);
        json.WriteStartArray("choices"u8);
        json.WriteStartObject();
        json.WriteNumber("index"u8, 0);
    }

    private static void Tail(Utf8JsonWriter json, Reply reply, bool finished)
    {
        if (finished && reply.HasFinish) json.WriteString("finish_reason"u8, OpenAI.ChatCompletion.Name(reply.Finish));
        else json.WriteNull("finish_reason"u8);
        json.WriteEndObject();
        json.WriteEndArray();
        if (finished && reply.WithUsage) OpenAI.ChatCompletion.WriteUsage(json, reply);
        json.WriteEndObject();
    }

    private static void Calls(Utf8JsonWriter json, Reply reply)
    {
        if (reply.ToolCalls.Count == 0) return;
        json.WriteStartArray("tool_calls"u8);
        for (var i = 0; i < reply.ToolCalls.Count; i++)
        {
            json.WriteStartObject();
            json.WriteString("id"u8, $"m{reply.Number % 10_000_000:0000000}{i % 10}");
            json.WriteStartObject("function"u8);
            json.WriteString("name"u8, reply.ToolCalls[i].Name);
            json.WriteString("arguments"u8, reply.ToolCalls[i].Arguments);
            json.WriteEndObject();
            json.WriteNumber("index"u8, i);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
