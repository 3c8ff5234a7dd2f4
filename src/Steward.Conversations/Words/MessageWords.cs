using Steward.Platform.Sealing;
using Steward.Search.Analysis;

namespace Steward.Conversations.Words;

/// <summary>The words of a text as keyed hashes: folded for case and diacritics, not stemmed, so that a word is found as it was written.</summary>
internal static class MessageWords
{
    /// <summary>Different words taken of one message; the rest of a very long one is not found.</summary>
    public const int PerMessage = 100;

    /// <summary>Words of one search.</summary>
    public const int PerQuery = 8;

    /// <summary>Bytes kept of a hash. 128 bits: two words of a tenant do not meet.</summary>
    public const int HashSize = 16;

    private const int Longest = 64;

    /// <summary>Different words in their order, at most <paramref name="most"/>.</summary>
    public static IReadOnlyList<string> Of(string text, int most)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var words = new List<string>();
        var reader = TextAnalyzer.Neutral.Read(text);
        while (words.Count < most && reader.MoveNext())
        {
            if (reader.Term.Length <= Longest && reader.Term.ToString() is var word && seen.Add(word))
            {
                words.Add(word);
            }
        }

        return words;
    }

    public static byte[] Hash(TenantSealer sealer, string word) => sealer.IndexHash("conversations.words", word)[..HashSize];
}
