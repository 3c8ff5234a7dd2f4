using System.Text.Json;
using Steward.Simulators.Serving;

namespace Steward.Simulators.OpenAI;

/// <summary>A chat completion as the prompt cache sees it: tools first, then messages; every prefix from 1,024 tokens on is kept unasked, in steps of 128.</summary>
internal static class PrefixedPrompt
{
    private const int Least = 1024;

    public static PromptShape Of(JsonElement root, ModelRequest request)
    {
        var key = root.TryGetProperty("prompt_cache_key", out var lane) && lane.ValueKind == JsonValueKind.String ? lane.GetString() : "";
        var blocks = new List<PromptBlock>(request.Messages.Count + 1);
        if (request.ToolTokens > 0) blocks.Add(new(root.GetProperty("tools").GetRawText(), request.ToolTokens));
        foreach (var (role, text) in request.Messages) blocks.Add(new($"{role,-16}{text}", ModelRequest.TokensOf(text)));
        return new($"{request.Model}\n{key}", blocks, OnlyMarked: false, Least);
    }
}
