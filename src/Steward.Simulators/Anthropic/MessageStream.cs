using System.Text.Json;
using Steward.Simulators.Serving;

namespace Steward.Simulators.Anthropic;

/// <summary>A message as server-sent events: message_start, content blocks with deltas, message_delta, message_stop.</summary>
internal static class MessageStream
{
    public static Rendered Render(Reply reply)
    {
        var stream = Rendered.Stream();
        Start(stream, reply);
        var sent = 0;
        var block = 0;
        if (reply.Tokens.Count > 0 || reply.ToolCalls.Count == 0)
        {
            stream.Raw("event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"u8);
            stream.EndFrame(1);
            foreach (var token in reply.Tokens)
            {
                if (Breaks(stream, reply, sent)) return stream;
                stream.Raw("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":"u8);
                stream.String(token);
                stream.Raw("}}\n\n"u8);
                stream.EndFrame(++sent);
            }

            Stop(stream, block++, sent);
        }

        foreach (var call in reply.ToolCalls)
        {
            if (Breaks(stream, reply, sent)) return stream;
            ToolCall(stream, call, block, ref sent);
            Stop(stream, block++, sent);
        }

        if (Breaks(stream, reply, int.MaxValue)) return stream;
        End(stream, reply, sent);
        return stream;
    }

    private static void Start(Rendered stream, Reply reply)
    {
        stream.Raw("event: message_start\ndata: "u8);
        using (var json = new Utf8JsonWriter(stream.Body, Json.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "message_start"u8);
            json.WriteStartObject("message"u8);
            MessageBody.WriteHead(json, reply);
            json.WriteStartArray("content"u8);
            json.WriteEndArray();
            json.WriteNull("stop_reason"u8);
            json.WriteNull("stop_sequence"u8);
            if (reply.WithUsage) MessageBody.WriteUsage(json, reply, 1);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        stream.Raw("\n\nevent: ping\ndata: {\"type\": \"ping\"}\n\n"u8);
        stream.EndFrame(0);
    }

    private static bool Breaks(Rendered stream, Reply reply, int sent)
    {
        if (reply.Strikes(FaultKind.ErrorFrame, sent))
        {
            stream.Raw("event: error\ndata: "u8);
            ErrorBody.Write(stream, reply.InBody!.Status, "Overloaded");
            stream.Raw("\n\n"u8);
        }
        else if (reply.Strikes(FaultKind.MalformedJson, sent))
        {
            stream.Raw("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"delta\":\n\n"u8);
        }
        else if (reply.Strikes(FaultKind.MalformedFrame, sent))
        {
            stream.Raw("ev\0ent content_block_delta\r\r<<<\n\n"u8);
        }
        else
        {
            return false;
        }

        stream.EndFrame(Math.Min(sent, reply.Tokens.Count));
        return true;
    }

    private static void ToolCall(Rendered stream, ReplyToolCall call, int block, ref int sent)
    {
        stream.Text($"event: content_block_start\ndata: {{\"type\":\"content_block_start\",\"index\":{block},\"content_block\":{{\"type\":\"tool_use\",\"id\":");
        stream.String(MessageBody.ToolId(call));
        stream.Raw(",\"name\":"u8);
        stream.String(call.Name);
        stream.Raw(",\"input\":{}}}\n\n"u8);
        stream.EndFrame(++sent);
        for (var at = 0; at < call.Arguments.Length; at += 8)
        {
            stream.Text($"event: content_block_delta\ndata: {{\"type\":\"content_block_delta\",\"index\":{block},\"delta\":{{\"type\":\"input_json_delta\",\"partial_json\":");
            stream.String(call.Arguments.Substring(at, Math.Min(8, call.Arguments.Length - at)));
            stream.Raw("}}\n\n"u8);
            stream.EndFrame(++sent);
        }
    }

    private static void Stop(Rendered stream, int block, int sent)
    {
        stream.Text($"event: content_block_stop\ndata: {{\"type\":\"content_block_stop\",\"index\":{block}}}\n\n");
        stream.EndFrame(sent);
    }

    private static void End(Rendered stream, Reply reply, int sent)
    {
        if (reply.HasFinish)
        {
            stream.Raw("event: message_delta\ndata: "u8);
            using (var json = new Utf8JsonWriter(stream.Body, Json.WriterOptions))
            {
                json.WriteStartObject();
                json.WriteString("type"u8, "message_delta"u8);
                json.WriteStartObject("delta"u8);
                json.WriteString("stop_reason"u8, MessageBody.Name(reply.Finish));
                json.WriteNull("stop_sequence"u8);
                json.WriteEndObject();
                if (reply.WithUsage) MessageBody.WriteUsage(json, reply, reply.CompletionTokens);
                json.WriteEndObject();
            }

            stream.Raw("\n\n"u8);
        }

        stream.Raw("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"u8);
        stream.EndFrame(sent);
    }
}
