using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Steward.Models.Wires.Anthropic;

internal static class AnthropicMessages
{
    /// <summary>Neighbouring messages of one side become one turn; tool results are said by the user's side.</summary>
    /// <param name="marks">Places of messages after which the provider is to keep the prompt.</param>
    public static void Write(Utf8JsonWriter json, IReadOnlyList<ChatMessage> messages, IReadOnlySet<int> marks)
    {
        json.WriteStartArray("messages"u8);
        var side = default(bool?);
        for (var i = 0; i < messages.Count; i++)
        {
            var message = messages[i];
            if (message.Role == ChatRole.System || !HasContent(message)) continue;
            var assistant = message.Role == ChatRole.Assistant;
            if (side != assistant)
            {
                if (side is not null) EndTurn(json);
                json.WriteStartObject();
                json.WriteString("role"u8, assistant ? "assistant"u8 : "user"u8);
                json.WriteStartArray("content"u8);
                side = assistant;
            }

            var marked = marks.Contains(i) ? message.Contents.Last(IsWritten) : null;
            foreach (var content in message.Contents.Where(IsWritten)) WriteBlock(json, content, ReferenceEquals(content, marked));
        }

        if (side is not null) EndTurn(json);
        json.WriteEndArray();
    }

    private static void EndTurn(Utf8JsonWriter json)
    {
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void WriteText(Utf8JsonWriter json, string text, bool marked)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "text"u8);
        json.WriteString("text"u8, text);
        EndBlock(json, marked);
    }

    private static void EndBlock(Utf8JsonWriter json, bool marked)
    {
        if (marked)
        {
            json.WriteStartObject("cache_control"u8);
            json.WriteString("type"u8, "ephemeral"u8);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static bool HasContent(ChatMessage message) => message.Contents.Any(IsWritten);

    private static bool IsWritten(AIContent content) => content switch
    {
        TextContent text => text.Text.Length > 0,
        FunctionCallContent or FunctionResultContent => true,
        DataContent data => data.HasTopLevelMediaType("image"),
        UriContent uri => uri.HasTopLevelMediaType("image"),
        _ => false,
    };

    private static void WriteBlock(Utf8JsonWriter json, AIContent content, bool marked)
    {
        switch (content)
        {
            case TextContent text:
                WriteText(json, text.Text, marked);
                break;
            case FunctionCallContent call:
                json.WriteStartObject();
                json.WriteString("type"u8, "tool_use"u8);
                json.WriteString("id"u8, call.CallId);
                json.WriteString("name"u8, call.Name);
                json.WritePropertyName("input"u8);
                json.WriteRawValue(ToolText.Arguments(call));
                EndBlock(json, marked);
                break;
            case FunctionResultContent result:
                json.WriteStartObject();
                json.WriteString("type"u8, "tool_result"u8);
                json.WriteString("tool_use_id"u8, result.CallId);
                json.WriteString("content"u8, ToolText.Of(result));
                EndBlock(json, marked);
                break;
            case DataContent data when data.HasTopLevelMediaType("image"):
                WriteImage(json, data.MediaType, data.Base64Data.ToString(), null, marked);
                break;
            case UriContent uri when uri.HasTopLevelMediaType("image"):
                WriteImage(json, null, null, uri.Uri.ToString(), marked);
                break;
            default:
                break;
        }
    }

    private static void WriteImage(Utf8JsonWriter json, string? mediaType, string? base64, string? url, bool marked)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "image"u8);
        json.WriteStartObject("source"u8);
        json.WriteString("type"u8, url is null ? "base64"u8 : "url"u8);
        if (url is not null) json.WriteString("url"u8, url);
        else
        {
            json.WriteString("media_type"u8, mediaType);
            json.WriteString("data"u8, base64);
        }

        json.WriteEndObject();
        EndBlock(json, marked);
    }
}
