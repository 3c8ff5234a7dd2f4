using System.Text.Json;

namespace Steward.Models.Wires.Gemini;

/// <summary><c>usageMetadata</c>. Cached and audio tokens are inside the prompt's count, so they are taken out; thoughts are beside the
/// candidates' count; what tools put into the prompt is prompt.</summary>
internal static class GeminiUsage
{
    public static TokenUsage? Read(JsonElement usage)
    {
        if (usage.ValueKind != JsonValueKind.Object || !usage.TryGetProperty("promptTokenCount", out _)) return null;
        var prompt = Number(usage, "promptTokenCount") + Number(usage, "toolUsePromptTokenCount");
        var cached = Math.Min(Number(usage, "cachedContentTokenCount"), prompt);
        var audio = Math.Min(Math.Max(0, Audio(usage, "promptTokensDetails") - Audio(usage, "cacheTokensDetails")), prompt - cached);
        var said = Number(usage, "candidatesTokenCount");
        var saidAudio = Math.Min(Audio(usage, "candidatesTokensDetails"), said);
        return new TokenUsage(prompt - cached - audio, cached, Output: said - saidAudio, Reasoning: Number(usage, "thoughtsTokenCount"),
            AudioInput: audio, AudioOutput: saidAudio);
    }

    private static long Audio(JsonElement usage, string name) =>
        usage.TryGetProperty(name, out var details) && details.ValueKind == JsonValueKind.Array
            ? details.EnumerateArray().Where(item => item.TryGetProperty("modality", out var modality) && modality.ValueEquals("AUDIO"u8))
                .Sum(item => Number(item, "tokenCount"))
            : 0;

    private static long Number(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number)
            ? Math.Max(0, number)
            : 0;
}
