using System.Text;
using System.Text.Json;
using Steward.Simulators.Serving;

namespace Steward.Simulators.OpenAI;

/// <summary>A chat completion as server-sent <c>chat.completion.chunk</c> objects, ended by <c>[DONE]</c>.</summary>
internal static class ChatStream
{
    public static Rendered Render(Reply reply, bool includeUsage)
    {
        var head = Head(reply);
        var stream = Rendered.Stream();
        // With include_usage every chunk but the last says that its usage is null.
        ReadOnlySpan<byte> usageNull = includeUsage ? ",\"usage\":null"u8 : ""u8;
        Chunk(stream, head, """{"role":"assistant","content":"","refusal":null}"""u8, "null"u8, usageNull, 1);
        var sent = 0;
        foreach (var token in reply.Tokens)
        {
            if (Breaks(stream, reply, sent)) return stream;
            stream.Raw(head);
            stream.Raw("{\"content\":"u8);
            stream.String(token);
            Tail(stream, "null"u8, usageNull, ++sent);
        }

        for (var i = 0; i < reply.ToolCalls.Count; i++)
        {
            if (Breaks(stream, reply, sent)) return stream;
            ToolCall(stream, head, reply.ToolCalls[i], i, usageNull, ref sent);
        }

        if (reply.InBody?.Kind is FaultKind.ErrorFrame or FaultKind.MalformedJson or FaultKind.MalformedFrame && Breaks(stream, reply, int.MaxValue)) return stream;
        if (reply.HasFinish)
        {
            var finish = ChatCompletion.Name(reply.Finish);
            Span<byte> quoted = stackalloc byte[finish.Length + 2];
            quoted[0] = quoted[^1] = (byte)'"';
            finish.CopyTo(quoted[1..]);
            Chunk(stream, head, "{}"u8, quoted, usageNull, sent);
        }

        if (includeUsage && reply.WithUsage) Usage(stream, reply, sent);
        stream.Raw("data: [DONE]\n\n"u8);
        stream.EndFrame(sent);
        return stream;
    }

    // True when the fault of this reply ends the stream here.
    private static bool Breaks(Rendered stream, Reply reply, int sent)
    {
        if (reply.Strikes(FaultKind.ErrorFrame, sent))
        {
            stream.Raw("data: "u8);
            ErrorBody.Write(stream, reply.InBody!.Status, "The server had an error while processing your request. Sorry about that!");
            stream.Raw("\n\n"u8);
        }
        else if (reply.Strikes(FaultKind.MalformedJson, sent))
        {
            stream.Raw("data: {\"id\":\"chatcmpl-\",\"choices\":[{\"delta\":{\"content\":\n\n"u8);
        }
        else if (reply.Strikes(FaultKind.MalformedFrame, sent))
        {
            stream.Raw("dat\0a {\"choices\"\r\r<<<\n\n"u8);
        }
        else
        {
            return false;
        }

        stream.EndFrame(Math.Min(sent, reply.Tokens.Count));
        return true;
    }

    private static void ToolCall(Rendered stream, byte[] head, ReplyToolCall call, int index, ReadOnlySpan<byte> usage, ref int sent)
    {
        stream.Raw(head);
        stream.Text($"{{\"tool_calls\":[{{\"index\":{index},\"id\":");
        stream.String(call.Id);
        stream.Raw(",\"type\":\"function\",\"function\":{\"name\":"u8);
        stream.String(call.Name);
        stream.Raw(",\"arguments\":\"\"}}]"u8);
        Tail(stream, "null"u8, usage, ++sent);
        // Arguments come in small pieces, as the real service sends them.
        for (var at = 0; at < call.Arguments.Length; at += 8)
        {
            stream.Raw(head);
            stream.Text($"{{\"tool_calls\":[{{\"index\":{index},\"function\":{{\"arguments\":");
            stream.String(call.Arguments.Substring(at, Math.Min(8, call.Arguments.Length - at)));
            stream.Raw("}}]"u8);
            Tail(stream, "null"u8, usage, ++sent);
        }
    }

    private static byte[] Head(Reply reply)
    {
        var model = JsonEncodedText.Encode(reply.Model, Json.Encoder).Value;
        return Encoding.UTF8.GetBytes(
            $"data: {{\"id\":\"chatcmpl-{reply.Number}\",\"object\":\"chat.completion.chunk\",\"created\":{reply.CreatedUnixSeconds}," +
            $"\"model\":\"{model}\",\"service_tier\":\"default\",\"system_fingerprint\":\"fp_steward\",\"choices\":[{{\"index\":0,\"delta\":");
    }

    private static void Chunk(Rendered stream, byte[] head, ReadOnlySpan<byte> delta, ReadOnlySpan<byte> finish, ReadOnlySpan<byte> usage, int token)
    {
        stream.Raw(head);
        stream.Raw(delta[..^1]);
        Tail(stream, finish, usage, token);
    }

    // Closes the delta object that the caller left open.
    private static void Tail(Rendered stream, ReadOnlySpan<byte> finish, ReadOnlySpan<byte> usage, int token)
    {
        stream.Raw("},\"logprobs\":null,\"finish_reason\":"u8);
        stream.Raw(finish);
        stream.Raw("}]"u8);
        stream.Raw(usage);
        stream.Raw("}\n\n"u8);
        stream.EndFrame(token);
    }

    private static void Usage(Rendered stream, Reply reply, int token)
    {
        stream.Raw("data: "u8);
        using (var json = new Utf8JsonWriter(stream.Body, Json.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("id"u8, $"chatcmpl-{reply.Number}");
            json.WriteString("object"u8, "chat.completion.chunk"u8);
            json.WriteNumber("created"u8, reply.CreatedUnixSeconds);
            json.WriteString("model"u8, reply.Model);
            json.WriteStartArray("choices"u8);
            json.WriteEndArray();
            ChatCompletion.WriteUsage(json, reply);
            json.WriteEndObject();
        }

        stream.Raw("\n\n"u8);
        stream.EndFrame(token);
    }
}
