using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Steward.Models.Wires.OpenAi;

internal static class OpenAiMessages
{
    public static void WriteText(Utf8JsonWriter json, string role, string text)
    {
        json.WriteStartObject();
        json.WriteString("role"u8, role);
        json.WriteString("content"u8, text);
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, ChatMessage message, string system)
    {
        // One message of ours may hold several tool results; the wire has one message for each.
        var results = false;
        foreach (var result in message.Contents.OfType<FunctionResultContent>())
        {
            results = true;
            json.WriteStartObject();
            json.WriteString("role"u8, "tool"u8);
            json.WriteString("tool_call_id"u8, result.CallId);
            json.WriteString("content"u8, ToolText.Of(result));
            json.WriteEndObject();
        }

        if (results) return;
        json.WriteStartObject();
        json.WriteString("role"u8, message.Role == ChatRole.System ? system : message.Role.Value);
        if (message.Role == ChatRole.User && message.Contents.Any(content => content is DataContent or UriContent)) WriteParts(json, message);
        else WriteContent(json, message);
        if (message.AdditionalProperties?.ContainsKey(Mistral.MistralMessages.PrefixKey) == true) json.WriteBoolean("prefix"u8, true);
        json.WriteEndObject();
    }

    private static void WriteContent(Utf8JsonWriter json, ChatMessage message)
    {
        var calls = message.Contents.OfType<FunctionCallContent>().ToList();
        var text = message.Text;
        if (text.Length == 0 && calls.Count > 0) json.WriteNull("content"u8);
        else json.WriteString("content"u8, text);
        if (calls.Count == 0) return;
        json.WriteStartArray("tool_calls"u8);
        foreach (var call in calls)
        {
            json.WriteStartObject();
            json.WriteString("id"u8, call.CallId);
            json.WriteString("type"u8, "function"u8);
            json.WriteStartObject("function"u8);
            json.WriteString("name"u8, call.Name);
            json.WriteString("arguments"u8, ToolText.Arguments(call));
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteParts(Utf8JsonWriter json, ChatMessage message)
    {
        json.WriteStartArray("content"u8);
        foreach (var content in message.Contents)
        {
            var image = content switch
            {
                DataContent data when data.HasTopLevelMediaType("image") => data.Uri,
                UriContent uri when uri.HasTopLevelMediaType("image") => uri.Uri.ToString(),
                _ => null,
            };
            if (image is null && content is not TextContent) continue;
            json.WriteStartObject();
            json.WriteString("type"u8, image is null ? "text"u8 : "image_url"u8);
            if (image is null) json.WriteString("text"u8, ((TextContent)content).Text);
            else
            {
                json.WriteStartObject("image_url"u8);
                json.WriteString("url"u8, image);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
