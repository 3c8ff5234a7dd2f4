using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Steward.Models.Gateway.Messages;

/// <summary>A request of the messages wire as messages and options, for models behind another wire. What only Anthropic's models have is left out where
/// the answer is none the worse for it (thinking, cache marks), and refused where it would be (documents, the provider's own tools).</summary>
internal static class MessagesRequest
{
    /// <exception cref="JsonException">The body is not such a request, or asks for what no other wire has.</exception>
    public static (List<ChatMessage> Messages, ChatOptions Options) Read(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        var root = document.RootElement;
        var messages = new List<ChatMessage>();
        var system = System(root);
        if (system.Length > 0) messages.Add(new ChatMessage(ChatRole.System, system));
        foreach (var item in root.GetProperty("messages").EnumerateArray()) Add(messages, item);
        var options = new ChatOptions
        {
            MaxOutputTokens = root.GetProperty("max_tokens").GetInt32(),
            Temperature = Real(root, "temperature"),
            TopP = Real(root, "top_p"),
            StopSequences = Stops(root),
        };
        if (root.TryGetProperty("top_k", out var top) && top.ValueKind == JsonValueKind.Number) options.TopK = top.TryGetInt32(out var k) ? k : throw new JsonException("'top_k' must be a whole number.");
        MessagesTools.Read(root, options);
        return (messages, options);
    }

    private static string System(JsonElement root)
    {
        if (!root.TryGetProperty("system", out var system)) return "";
        return system.ValueKind switch
        {
            JsonValueKind.String => system.GetString()!,
            JsonValueKind.Array => string.Join("\n\n", system.EnumerateArray().Select(block => Text(block, "text") ?? throw new JsonException("A block of 'system' is text."))),
            _ => throw new JsonException("'system' must be a string or a list of text blocks."),
        };
    }

    // A tool's result is a message of its own in the abstraction; here it stands among what the user says.
    private static void Add(List<ChatMessage> messages, JsonElement item)
    {
        var role = Text(item, "role") switch
        {
            "user" => ChatRole.User,
            "assistant" => ChatRole.Assistant,
            _ => throw new JsonException("A message's role is 'user' or 'assistant'."),
        };
        if (!item.TryGetProperty("content", out var content)) throw new JsonException("A message has content.");
        if (content.ValueKind == JsonValueKind.String)
        {
            messages.Add(new ChatMessage(role, content.GetString()));
            return;
        }

        if (content.ValueKind != JsonValueKind.Array) throw new JsonException("A message's content is a string or a list of blocks.");
        var said = new List<AIContent>();
        foreach (var block in content.EnumerateArray())
        {
            if (Text(block, "type") == "tool_result") messages.Add(new ChatMessage(ChatRole.Tool, [Result(block, said)]));
            else if (Block(block) is { } part) said.Add(part);
        }

        if (said.Count > 0) messages.Add(new ChatMessage(role, said));
    }

    private static AIContent? Block(JsonElement block) => Text(block, "type") switch
    {
        "text" => new TextContent(Text(block, "text") ?? throw new JsonException("A text block has text.")),
        "image" => Image(block),
        "tool_use" => new FunctionCallContent(
            Text(block, "id") ?? throw new JsonException("A tool call has an id."),
            Text(block, "name") ?? throw new JsonException("A tool call has a name."),
            block.TryGetProperty("input", out var input) && input.ValueKind == JsonValueKind.Object
                ? input.EnumerateObject().ToDictionary(member => member.Name, object? (member) => member.Value.Clone(), StringComparer.Ordinal)
                : null),
        "thinking" or "redacted_thinking" => null,
        var type => throw new JsonException($"A block of type '{type}' is taken by Anthropic's own models only."),
    };

    private static FunctionResultContent Result(JsonElement block, List<AIContent> beside)
    {
        var id = Text(block, "tool_use_id") ?? throw new JsonException("A tool result names its call.");
        if (!block.TryGetProperty("content", out var content)) return new FunctionResultContent(id, "");
        if (content.ValueKind == JsonValueKind.String) return new FunctionResultContent(id, content.GetString());
        if (content.ValueKind != JsonValueKind.Array) throw new JsonException("A tool result's content is a string or a list of blocks.");
        var parts = content.EnumerateArray().Select(Block).ToList();
        beside.AddRange(parts.Where(part => part is DataContent or UriContent)!);
        return new FunctionResultContent(id, string.Concat(parts.OfType<TextContent>().Select(part => part.Text)));
    }

    private static AIContent Image(JsonElement block)
    {
        if (!block.TryGetProperty("source", out var source)) throw new JsonException("An image has a source.");
        try
        {
            return Text(source, "type") switch
            {
                "base64" => new DataContent($"data:{Text(source, "media_type")};base64,{Text(source, "data")}"),
                "url" => new UriContent(Text(source, "url") ?? "", "image/*"),
                _ => throw new JsonException("An image's source is base64 or a url."),
            };
        }
        catch (Exception error) when (error is ArgumentException or FormatException)
        {
            throw new JsonException("An image's source cannot be read.", error);
        }
    }

    private static List<string>? Stops(JsonElement root)
    {
        if (!root.TryGetProperty("stop_sequences", out var stops) || stops.ValueKind == JsonValueKind.Null) return null;
        if (stops.ValueKind != JsonValueKind.Array || stops.EnumerateArray().Any(stop => stop.ValueKind != JsonValueKind.String)) throw new JsonException("'stop_sequences' must be a list of strings.");
        return [.. stops.EnumerateArray().Select(stop => stop.GetString()!)];
    }

    private static float? Real(JsonElement root, string name)
    {
        if (!root.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        return value.ValueKind == JsonValueKind.Number ? value.GetSingle() : throw new JsonException($"'{name}' must be a number.");
    }

    internal static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
