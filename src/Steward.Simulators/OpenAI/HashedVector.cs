using System.Numerics;

namespace Steward.Simulators.OpenAI;

/// <summary>Feature hashing of lower-case words with signs, scaled to length 1. The same text gives the same vector on any machine.</summary>
internal static class HashedVector
{
    /// <summary>The vector of a text as an array of numbers.</summary>
    public static void WriteJson(System.Text.Json.Utf8JsonWriter json, string text, int dimensions)
    {
        var vector = new float[dimensions];
        Write(text, vector);
        json.WriteStartArray();
        foreach (var value in vector) json.WriteNumberValue(value);
        json.WriteEndArray();
    }

    public static void Write(ReadOnlySpan<char> text, Span<float> vector)
    {
        vector.Clear();
        var at = 0;
        while (at < text.Length)
        {
            if (!char.IsLetterOrDigit(text[at]))
            {
                at++;
                continue;
            }

            // FNV-1a over the word's characters.
            var hash = 2166136261u;
            while (at < text.Length && char.IsLetterOrDigit(text[at])) hash = (hash ^ char.ToLowerInvariant(text[at++])) * 16777619u;
            hash ^= BitOperations.RotateRight(hash, 15);
            vector[(int)(hash % (uint)vector.Length)] += (hash & 0x8000_0000) == 0 ? 1f : -1f;
        }

        var length = 0f;
        foreach (var value in vector) length += value * value;
        if (length == 0)
        {
            vector[0] = 1;
            return;
        }

        var scale = 1 / MathF.Sqrt(length);
        foreach (ref var value in vector) value *= scale;
    }
}
