using System.Text.Json;

namespace Steward.Models.Wires.OpenAi;

/// <summary>The usage object of chat and embeddings. Cached, audio and reasoning tokens are inside the totals, so they are taken out.</summary>
internal static class OpenAiUsage
{
    public static TokenUsage? Read(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return null;
        }

        long prompt = 0, completion = 0, total = 0, cached = 0, audioIn = 0, audioOut = 0, reasoning = 0;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("prompt_tokens"u8)) prompt = Next(ref json);
            else if (json.ValueTextEquals("completion_tokens"u8)) completion = Next(ref json);
            else if (json.ValueTextEquals("total_tokens"u8)) total = Next(ref json);
            else if (json.ValueTextEquals("prompt_tokens_details"u8)) Details(ref json, ref cached, ref audioIn);
            else if (json.ValueTextEquals("completion_tokens_details"u8)) Details(ref json, ref reasoning, ref audioOut);
            else
            {
                json.Read();
                json.Skip();
            }
        }

        // Voyage names the total only; an embedding has nothing but a prompt.
        if (prompt == 0 && completion == 0) prompt = total;
        cached = Math.Min(cached, prompt);
        audioIn = Math.Min(audioIn, prompt - cached);
        reasoning = Math.Min(reasoning, completion);
        audioOut = Math.Min(audioOut, completion - reasoning);
        return new TokenUsage(prompt - cached - audioIn, cached, Output: completion - reasoning - audioOut, Reasoning: reasoning,
            AudioInput: audioIn, AudioOutput: audioOut);
    }

    private static void Details(ref Utf8JsonReader json, ref long first, ref long audio)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("cached_tokens"u8) || json.ValueTextEquals("reasoning_tokens"u8)) first = Next(ref json);
            else if (json.ValueTextEquals("audio_tokens"u8)) audio = Next(ref json);
            else
            {
                json.Read();
                json.Skip();
            }
        }
    }

    private static long Next(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.Number && json.TryGetInt64(out var value)) return Math.Max(0, value);
        json.Skip();
        return 0;
    }
}
