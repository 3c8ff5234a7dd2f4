namespace Steward.Search.Sentiments;

/// <summary>A word in lower case, with a plain apostrophe.</summary>
/// <param name="Shouted">Written in capitals, at least three of them.</param>
/// <param name="StartsClause">The first word, or one after a mark that ends what a denial reaches.</param>
internal readonly record struct SentimentWord(string Text, bool Shouted, bool StartsClause);

/// <summary>Reads words with the marks between them, which the search's own tokens leave out.</summary>
internal static class SentimentScan
{
    public static IReadOnlyList<SentimentWord> Of(string text)
    {
        var words = new List<SentimentWord>(32);
        var starts = true;
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsLetter(text[i]))
            {
                starts |= text[i] is '.' or ',' or '!' or '?' or ';' or ':' or '\n' or '(' or ')';
                continue;
            }

            var start = i;
            while (i + 1 < text.Length && (char.IsLetter(text[i + 1]) || (IsApostrophe(text[i + 1]) && i + 2 < text.Length && char.IsLetter(text[i + 2]))))
            {
                i++;
            }

            var word = text[start..(i + 1)];
            var shouted = word.Length >= 3 && word.All(char.IsUpper);
            words.Add(new SentimentWord(word.Replace('\u2019', '\'').ToLowerInvariant(), shouted, starts));
            starts = false;
        }

        return words;
    }

    private static bool IsApostrophe(char c) => c is '\'' or '\u2019';
}
