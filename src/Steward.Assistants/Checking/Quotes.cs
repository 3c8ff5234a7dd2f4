using Steward.Assistants.Context;
using Steward.Conversations;
using Steward.Search.Chunking;

namespace Steward.Assistants.Checking;

/// <summary>Ties what was said to the words of the passage it cites. Pure.</summary>
internal static class Quotes
{
    private const int MostCharacters = 300;

    /// <summary>One citation per cited passage, in the order of their numbers, each with the passage's sentence that is nearest to what was said.</summary>
    public static IReadOnlyList<Citation> For(IEnumerable<CheckedSentence> said, IReadOnlyList<RecalledPassage> passages, string? language)
    {
        var claims = new SortedDictionary<int, string>();
        var pending = "";
        foreach (var sentence in said)
        {
            // A marker often stands after the full stop, in a piece of its own: it belongs to what was said before it.
            var spoken = Citations.Strip(sentence.Text).Trim();
            pending = spoken.Any(char.IsLetterOrDigit) ? spoken : pending;
            foreach (var n in sentence.Citations)
            {
                claims[n] = claims.TryGetValue(n, out var before) ? $"{before} {pending}" : pending;
            }
        }

        return [.. claims.Select(claim => ToCitation(passages[claim.Key - 1], claim.Value, language))];
    }

    private static Citation ToCitation(RecalledPassage passage, string claim, string? language)
        => new(passage.N, passage.PassageId, passage.ArticleId, passage.SourceId, passage.Title, passage.Url, Nearest(passage.Text, claim, language));

    internal static string Nearest(string passage, string claim, string? language)
    {
        var sentences = SentenceSplitter.Split(passage);
        foreach (var range in claim.Length is > 0 and <= MostCharacters ? sentences : [])
        {
            // A model that quotes needs no comparison.
            if (passage.AsSpan()[range].SequenceEqual(claim))
            {
                return claim;
            }
        }

        var wanted = Terms.Of(claim, language);
        var best = "";
        var bestShare = -1.0;
        foreach (var range in sentences)
        {
            var sentence = passage[range];
            var share = Terms.Coverage(wanted, [sentence], language);
            if (share > bestShare)
            {
                (best, bestShare) = (sentence, share);
            }
        }

        if (best.Length <= MostCharacters)
        {
            return best;
        }

        var end = MostCharacters - 1;
        return string.Concat(best.AsSpan(0, char.IsHighSurrogate(best[end - 1]) ? end - 1 : end), "…");
    }
}
