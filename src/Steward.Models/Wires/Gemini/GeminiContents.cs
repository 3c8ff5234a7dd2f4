using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Steward.Models.Wires.Gemini;

/// <summary>Messages as <c>contents</c>. Neighbouring messages of one side become one turn; results of tools are said by the user's side and name
/// their function, which is found by the call's id.</summary>
internal static class GeminiContents
{
    /// <summary>Gemini 3 refuses a history whose calls have no signature; this is its documented word for calls that another model made.</summary>
    private const string ForeignSignature = "skip_thought_signature_validator";

    public static void Write(Utf8JsonWriter json, IReadOnlyList<ChatMessage> messages, bool signed)
    {
        var names = messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>()
            .GroupBy(call => call.CallId).ToDictionary(group => group.Key, group => group.First().Name);
        json.WriteStartArray("contents"u8);
        var side = default(bool?);
        foreach (var message in messages)
        {
            if (message.Role == ChatRole.System || !message.Contents.Any(Says)) continue;
            var model = message.Role == ChatRole.Assistant;
            if (side != model)
            {
                if (side is not null) EndTurn(json);
                json.WriteStartObject();
                json.WriteString("role"u8, model ? "model"u8 : "user"u8);
                json.WriteStartArray("parts"u8);
                side = model;
            }

            foreach (var content in message.Contents.Where(Says))
            {
                json.WriteStartObject();
                WritePart(json, content, names, signed);
                json.WriteEndObject();
            }
        }

        if (side is not null) EndTurn(json);
        json.WriteEndArray();
    }

    private static void EndTurn(Utf8JsonWriter json)
    {
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static bool Says(AIContent content) => content switch
    {
        TextContent text => text.Text.Length > 0,
        FunctionCallContent or FunctionResultContent => true,
        DataContent data => data.HasTopLevelMediaType("image"),
        UriContent uri => uri.HasTopLevelMediaType("image"),
        _ => false,
    };

    private static void WritePart(Utf8JsonWriter json, AIContent content, Dictionary<string, string> names, bool signed)
    {
        switch (content)
        {
            case FunctionCallContent call:
                json.WriteStartObject("functionCall"u8);
                json.WriteString("name"u8, call.Name);
                json.WritePropertyName("args"u8);
                json.WriteRawValue(ToolText.Arguments(call));
                json.WriteEndObject();
                if ((ToolText.Signature(call) ?? (signed ? ForeignSignature : null)) is { } signature) json.WriteString("thoughtSignature"u8, signature);
                break;
            case FunctionResultContent result:
                json.WriteStartObject("functionResponse"u8);
                json.WriteString("name"u8, names.GetValueOrDefault(result.CallId) ?? result.CallId);
                json.WriteStartObject("response"u8);
                json.WriteString("result"u8, ToolText.Of(result));
                json.WriteEndObject();
                json.WriteEndObject();
                break;
            case DataContent data:
                json.WriteStartObject("inlineData"u8);
                json.WriteString("mimeType"u8, data.MediaType);
                json.WriteString("data"u8, data.Base64Data.Span);
                json.WriteEndObject();
                break;
            case UriContent uri:
                json.WriteStartObject("fileData"u8);
                if (!uri.MediaType.EndsWith('*')) json.WriteString("mimeType"u8, uri.MediaType);
                json.WriteString("fileUri"u8, uri.Uri.ToString());
                json.WriteEndObject();
                break;
            default:
                json.WriteString("text"u8, ((TextContent)content).Text);
                break;
        }
    }
}
