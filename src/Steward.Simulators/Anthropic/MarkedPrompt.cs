using System.Text.Json;
using Steward.Simulators.Serving;

namespace Steward.Simulators.Anthropic;

/// <summary>A request of <c>/v1/messages</c> as the prompt cache sees it: tools, then system text, then messages, block by block.</summary>
internal static class MarkedPrompt
{
    private const int Most = 4;
    private const int PerMessage = 4;

    public static PromptShape Of(JsonElement root)
    {
        var blocks = new List<PromptBlock>();
        foreach (var tool in Items(root, "tools")) blocks.Add(Block(Bare(tool), tool));
        if (root.TryGetProperty("system", out var system)) Add(blocks, "system", system);
        foreach (var message in Items(root, "messages"))
        {
            if (message.TryGetProperty("content", out var content)) Add(blocks, Fields.Text(message, "role"), content);
        }

        var marked = blocks.Count(block => block.Marked);
        return marked <= Most ? new(Fields.Text(root, "model"), blocks, OnlyMarked: true, Least(Fields.Text(root, "model")))
            : throw new BadModelRequestException($"A maximum of {Most} blocks with cache_control may be provided. Found {marked}.");
    }

    /// <summary>The shortest prefix that is kept, by the service's own table.</summary>
    private static int Least(string model) => model switch
    {
        _ when model.StartsWith("claude-opus-4-5", StringComparison.Ordinal) || model.StartsWith("claude-haiku-4-5", StringComparison.Ordinal) => 4096,
        _ when model.StartsWith("claude-3-haiku", StringComparison.Ordinal) || model.StartsWith("claude-3-5-haiku", StringComparison.Ordinal) => 2048,
        _ => 1024,
    };

    private static void Add(List<PromptBlock> blocks, string role, JsonElement content)
    {
        var first = blocks.Count;
        if (content.ValueKind == JsonValueKind.Array)
        {
            foreach (var part in content.EnumerateArray()) blocks.Add(Block($"{role}:{Bare(part)}", part, Fields.Content(part) is { Length: > 0 } nested ? nested : Said(part)));
        }
        else
        {
            // A string is the same as one block of text.
            var text = content.GetString()!;
            blocks.Add(new($$"""{{role}}:{"type":"text","text":{{JsonSerializer.Serialize(text)}}}""", Tokens(text)));
        }

        if (blocks.Count > first) blocks[first] = blocks[first] with { Tokens = blocks[first].Tokens + PerMessage };
    }

    private static PromptBlock Block(string text, JsonElement block, string? said = null) => new(text, Tokens(said ?? text), block.ValueKind == JsonValueKind.Object && block.TryGetProperty("cache_control", out _));

    private static string Said(JsonElement part) => part.TryGetProperty("text", out var text) ? text.GetString() ?? "" : "";

    /// <summary>The block without its marker, which is no part of what is kept.</summary>
    private static string Bare(JsonElement block) => block.ValueKind != JsonValueKind.Object ? block.GetRawText()
        : $"{{{string.Join(',', block.EnumerateObject().Where(field => field.Name != "cache_control").Select(field => $"\"{field.Name}\":{(field.Value.ValueKind == JsonValueKind.String ? JsonSerializer.Serialize(field.Value.GetString()) : field.Value.GetRawText())}"))}}}";

    private static int Tokens(string text) => (text.Length + 3) / 4;

    private static JsonElement.ArrayEnumerator Items(JsonElement root, string name) =>
        root.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : default;
}
