using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Steward.Models.Gateway;

/// <summary>A chat request of the OpenAI wire as messages and options, for models behind another wire.</summary>
internal static class MappedRequest
{
    /// <exception cref="JsonException">The body is not a chat request.</exception>
    public static (List<ChatMessage> Messages, ChatOptions Options) Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            return ReadParts(body);
        }
        catch (Exception error) when (error is KeyNotFoundException or InvalidOperationException or ArgumentException or FormatException)
        {
            throw new JsonException("A message, a tool or an image has not the form of a chat request.", error);
        }
    }

    private static (List<ChatMessage> Messages, ChatOptions Options) ReadParts(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        var root = document.RootElement;
        var messages = new List<ChatMessage>();
        if (!root.TryGetProperty("messages", out var list) || list.ValueKind != JsonValueKind.Array) throw new JsonException("'messages' must be an array.");
        foreach (var item in list.EnumerateArray()) messages.Add(Message(item));
        var options = new ChatOptions
        {
            MaxOutputTokens = Number(root, "max_completion_tokens") ?? Number(root, "max_tokens"),
            Temperature = Real(root, "temperature"),
            TopP = Real(root, "top_p"),
            FrequencyPenalty = Real(root, "frequency_penalty"),
            PresencePenalty = Real(root, "presence_penalty"),
            Seed = root.TryGetProperty("seed", out var seed) && seed.ValueKind == JsonValueKind.Number && seed.TryGetInt64(out var number) ? number : null,
            ResponseFormat = Format(root),
        };
        if (root.TryGetProperty("safe_prompt", out var safe) && safe.ValueKind is JsonValueKind.True or JsonValueKind.False)
            options.AdditionalProperties = new AdditionalPropertiesDictionary { ["safe_prompt"] = safe.GetBoolean() };
        if (root.TryGetProperty("stop", out var stop))
        {
            options.StopSequences = stop.ValueKind == JsonValueKind.String
                ? [stop.GetString()!]
                : stop.ValueKind == JsonValueKind.Array ? [.. stop.EnumerateArray().Select(item => item.GetString() ?? "")] : null;
        }

        Tools(root, options);
        return (messages, options);
    }

    private static ChatMessage Message(JsonElement item)
    {
        var role = Text(item, "role") ?? throw new JsonException("A message has a role.");
        if (role == "tool") return new ChatMessage(ChatRole.Tool, [new FunctionResultContent(Text(item, "tool_call_id") ?? "", Content(item))]);
        var contents = new List<AIContent>();
        if (item.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.Array)
            contents.AddRange(content.EnumerateArray().Select(Part));
        else if (Content(item) is { Length: > 0 } text) contents.Add(new TextContent(text));
        if (item.TryGetProperty("tool_calls", out var calls) && calls.ValueKind == JsonValueKind.Array)
            contents.AddRange(calls.EnumerateArray().Select(Call));
        return new ChatMessage(role is "developer" ? ChatRole.System : new ChatRole(role), contents);
    }

    private static string Content(JsonElement item)
    {
        if (!item.TryGetProperty("content", out var content)) return "";
        return content.ValueKind switch
        {
            JsonValueKind.String => content.GetString()!,
            JsonValueKind.Array => string.Concat(content.EnumerateArray().Select(part => Text(part, "text"))),
            _ => "",
        };
    }

    private static AIContent Part(JsonElement part)
    {
        if (Text(part, "type") != "image_url") return new TextContent(Text(part, "text") ?? "");
        var url = part.TryGetProperty("image_url", out var image) ? Text(image, "url") : null;
        if (url is null) throw new JsonException("An image has a url.");
        return url.StartsWith("data:", StringComparison.OrdinalIgnoreCase) ? new DataContent(url) : new UriContent(url, "image/*");
    }

    private static FunctionCallContent Call(JsonElement call)
    {
        var function = call.GetProperty("function");
        var arguments = Text(function, "arguments") is { Length: > 0 } text
            ? JsonSerializer.Deserialize<Dictionary<string, object?>>(text)
            : null;
        return new FunctionCallContent(Text(call, "id") ?? "", Text(function, "name") ?? "", arguments);
    }

    private static ChatResponseFormatJson? Format(JsonElement root)
    {
        if (!root.TryGetProperty("response_format", out var format) || format.ValueKind != JsonValueKind.Object) return null;
        switch (Text(format, "type"))
        {
            case "json_object":
                return ChatResponseFormat.Json;
            case "json_schema":
                if (!format.TryGetProperty("json_schema", out var wanted) || !wanted.TryGetProperty("schema", out var schema))
                    throw new JsonException("'response_format.json_schema.schema' is missing.");
                return ChatResponseFormat.ForJsonSchema(schema.Clone(), Text(wanted, "name"), Text(wanted, "description"));
            default:
                return null;
        }
    }

    private static void Tools(JsonElement root, ChatOptions options)
    {
        if (!root.TryGetProperty("tools", out var tools) || tools.ValueKind != JsonValueKind.Array) return;
        options.Tools = [.. tools.EnumerateArray().Select(tool => (AITool)new Tool(tool.GetProperty("function").Clone()))];
        if (root.TryGetProperty("parallel_tool_calls", out var many) && many.ValueKind is JsonValueKind.True or JsonValueKind.False)
            options.AllowMultipleToolCalls = many.GetBoolean();
        if (!root.TryGetProperty("tool_choice", out var choice)) return;
        options.ToolMode = choice.ValueKind == JsonValueKind.Object
            ? ChatToolMode.RequireSpecific(Text(choice.GetProperty("function"), "name") ?? "")
            : choice.GetString() switch
            {
                "none" => ChatToolMode.None,
                "required" => ChatToolMode.RequireAny,
                _ => ChatToolMode.Auto,
            };
    }

    private static int? Number(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
            ? value.TryGetInt32(out var number) && number > 0 ? number : throw new JsonException($"'{name}' must be a positive whole number.")
            : null;

    private static float? Real(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetSingle() : null;

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private sealed class Tool(JsonElement function) : AIFunctionDeclaration
    {
        private static readonly JsonElement NoParameters = JsonElement.Parse("""{"type":"object","properties":{}}""");

        public override string Name => Text(function, "name") ?? throw new JsonException("A tool has a name.");

        public override string Description => Text(function, "description") ?? "";

        public override JsonElement JsonSchema => function.TryGetProperty("parameters", out var schema) ? schema : NoParameters;
    }
}
