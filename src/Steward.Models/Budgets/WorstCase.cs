using System.Runtime.InteropServices;
using System.Text.Json;
using Steward.Models.Catalogue;

namespace Steward.Models.Budgets;

/// <summary>The most that a call can cost, from its bytes and the price list. Pure.</summary>
internal static class WorstCase
{
    /// <summary>A picture of unknown size. The dearest known way to count one (a detailed picture for gpt-4o-mini) makes 48,169 tokens of it.</summary>
    internal const long TokensOfPicture = 50_000;

    /// <summary>A file or document that lies elsewhere or is packed: as much as the window of common models.</summary>
    internal const long TokensOfFile = 200_000;

    /// <summary>Tokens an answer may have when neither the call nor the catalogue bounds it.</summary>
    internal const long TokensOfAnswer = 131_072;

    /// <summary>Whole 10^-12 dollars, or null where some token could have no price.</summary>
    /// <remarks>
    /// A token is at least one byte of the request, so bytes bound the prompt's tokens; the template that a provider puts around a message has fewer tokens
    /// than the JSON around it has bytes. Every token is taken at the dearest price it can have.
    /// </remarks>
    /// <param name="prices">By <see cref="PriceUnit"/>; null where the list has none.</param>
    /// <param name="card">Bounds prompt and answer where the call does not.</param>
    /// <param name="body">The request as it is sent: valid JSON.</param>
    /// <param name="answers">Whether the model writes; an embedding does not.</param>
    public static long? Of(PriceEntry?[] prices, ModelCard card, ReadOnlySpan<byte> body, bool answers)
    {
        var asked = Asked.Read(body, generation: card.Provider == "gemini");
        if (prices[(int)PriceUnit.Input] is null || (asked.Audio && prices[(int)PriceUnit.AudioInput] is null)) return null;
        var prompt = body.Length + (asked.Pictures * TokensOfPicture) + (asked.Files * TokensOfFile);
        var input = Dearest(prices, PriceUnit.Input, PriceUnit.CachedInput, PriceUnit.CacheWrite5Minutes, PriceUnit.CacheWrite1Hour, PriceUnit.AudioInput);
        if (!answers) return Cost(prompt, input);
        if (prices[(int)PriceUnit.Output] is null) return null;
        // A prompt that is longer than the window is refused by the provider; of an embedding the window is each input's own.
        prompt = Math.Min(prompt, card.Context ?? long.MaxValue);
        var output = Dearest(prices, PriceUnit.Output, PriceUnit.Reasoning, PriceUnit.AudioOutput);
        return Cost(prompt, input) + Cost((asked.MaxTokens ?? card.MaxOutput ?? TokensOfAnswer) * asked.Choices, output);
    }

    private static long Cost(long tokens, decimal pricePerMillion) => Picos.Of(tokens * pricePerMillion / 1_000_000m);

    private static decimal Dearest(PriceEntry?[] prices, params ReadOnlySpan<PriceUnit> units)
    {
        var most = 0m;
        foreach (var unit in units)
            if (prices[(int)unit]?.Price > most) most = prices[(int)unit]!.Price;
        return most;
    }

    /// <summary>What a request says of its own size.</summary>
    [StructLayout(LayoutKind.Auto)]
    internal readonly record struct Asked(long? MaxTokens, long Choices, long Pictures, long Files, bool Audio)
    {
        private const long Most = 10_000_000;

        public static Asked Read(ReadOnlySpan<byte> body, bool generation)
        {
            var json = new Utf8JsonReader(body);
            long? tokens = null;
            var (choices, pictures, files, audio, content, configured) = (1L, 0L, 0L, false, false, false);
            while (json.Read())
            {
                if (json.TokenType != JsonTokenType.PropertyName) continue;
                if (json.CurrentDepth == 1)
                {
                    // Schemas of tools may have members of any name; only what is said counts.
                    content = !json.ValueTextEquals("tools"u8) && !json.ValueTextEquals("response_format"u8);
                    configured = generation && json.ValueTextEquals("generationConfig"u8);
                }

                if ((json.CurrentDepth == 1 && (json.ValueTextEquals("max_tokens"u8) || json.ValueTextEquals("max_completion_tokens"u8)))
                    || (configured && json.CurrentDepth == 2 && json.ValueTextEquals("maxOutputTokens"u8))) tokens = Larger(tokens, Next(ref json));
                else if ((json.CurrentDepth == 1 && json.ValueTextEquals("n"u8))
                    || (configured && json.CurrentDepth == 2 && json.ValueTextEquals("candidateCount"u8))) choices = Math.Max(choices, Next(ref json) ?? 1);
                else if (!content) continue;
                else if (json.ValueTextEquals("image_url"u8) || json.ValueTextEquals("inlineData"u8) || json.ValueTextEquals("inline_data"u8)) pictures++;
                else if (json.ValueTextEquals("source"u8) || json.ValueTextEquals("file"u8) || json.ValueTextEquals("file_id"u8)
                    || json.ValueTextEquals("fileData"u8) || json.ValueTextEquals("file_data"u8)) files++;
                else if (json.ValueTextEquals("input_audio"u8)) audio = true;
            }

            return new Asked(tokens, choices, pictures, files, audio);
        }

        private static long? Larger(long? a, long? b) => a is null ? b : b is null ? a : Math.Max(a.Value, b.Value);

        private static long? Next(ref Utf8JsonReader json)
        {
            json.Read();
            return json.TokenType == JsonTokenType.Number && json.TryGetInt64(out var number) ? Math.Clamp(number, 0, Most) : null;
        }
    }
}
