namespace Steward.Search.Sentiments;

/// <summary>
/// How a customer feels, read from words: 0 furious, 0.5 nothing is known, 1 delighted. A list of English words with their strength, denied ("not"), raised ("very") or lowered ("a bit") by
/// the words before them; other languages are 0.5. It reads words, not meaning: irony, and anger in polite words, escape it.
/// </summary>
/// <remarks>
/// With s the sum of all strengths, <c>score = 0.5 + 0.5 s / (|s| + 3)</c>: one plain word of anger (2) gives exactly 0.3, so that the limit of 0.3 takes a strong word, two plain
/// ones, or one that is raised. A denied feeling counts -0.6 times. What follows the last "but" counts 1.5 times, what stands before it half. One to three exclamation marks raise the sum by a tenth each, a
/// word in capitals among others by a quarter. Pure.
/// </remarks>
public static class Sentiment
{
    /// <summary>What is said of a text that tells nothing.</summary>
    public const double Unknown = 0.5;

    private const double Damping = 3;
    private const double DeniedFeeling = -0.6;
    private const double DeniedExpectation = -1.5;
    private const int Reach = 3;
    private const int Longest = 4_000;

    /// <summary>The sentiment of a text, 0 to 1.</summary>
    /// <param name="text">What the customer wrote; of a long text the first 4,000 characters count.</param>
    /// <param name="language">Its BCP 47 tag; null reads it as English.</param>
    public static double Of(string text, string? language = null)
    {
        if (language is not null && !(language.Equals("en", StringComparison.OrdinalIgnoreCase) || language.StartsWith("en-", StringComparison.OrdinalIgnoreCase)))
        {
            return Unknown;
        }

        var read = text.Length > Longest ? text[..Longest] : text;
        var sum = Words(SentimentScan.Of(read)) + SentimentWords.Faces.Sum(face => face.Strength * Times(read, face.Face));
        sum *= 1 + (0.1 * Math.Min(3, read.Count(c => c == '!')));
        return Math.Round(0.5 + (0.5 * sum / (Math.Abs(sum) + Damping)), 4);
    }

    private static double Words(IReadOnlyList<SentimentWord> words)
    {
        var (sum, clause) = (0d, 0);
        var turn = words.ToList().FindLastIndex(word => word.Text == "but");
        var shouted = words.Any(word => word.Shouted) && words.Any(word => !word.Shouted && word.Text.Length > 1);
        for (var i = 0; i < words.Count; i++)
        {
            clause = words[i].StartsClause ? i : clause;
            var weight = turn < 0 ? 1 : i < turn ? 0.5 : 1.5;
            if (i + 1 < words.Count && !words[i + 1].StartsClause && SentimentWords.Pair(words[i].Text, words[i + 1].Text) is { } together)
            {
                sum += weight * together;
                i++;
                clause = i + 1;
                continue;
            }

            var strength = Strength(words, i, clause);
            sum += weight * (shouted && words[i].Shouted ? strength * 1.25 : strength);
        }

        return sum;
    }

    /// <summary>One word with what the words before it in its clause make of it.</summary>
    private static double Strength(IReadOnlyList<SentimentWord> words, int at, int clause)
    {
        var (feeling, expected) = (SentimentWords.Feeling(words[at].Text), SentimentWords.IsExpected(words[at].Text));
        if (feeling == 0 && !expected)
        {
            return 0;
        }

        var (degree, denied) = (1d, false);
        for (var i = Math.Max(clause, at - Reach); i < at; i++)
        {
            degree *= i >= at - 2 ? SentimentWords.Degree(words[i].Text) : 1;
            denied |= SentimentWords.Denies(words[i].Text);
        }

        return (denied, expected) switch
        {
            (true, true) => DeniedExpectation,
            (false, true) => 0,
            (true, _) => feeling * degree * DeniedFeeling,
            _ => feeling * degree,
        };
    }

    private static int Times(string text, string face)
    {
        var times = 0;
        for (var at = text.IndexOf(face, StringComparison.Ordinal); at >= 0 && times < 3; at = text.IndexOf(face, at + face.Length, StringComparison.Ordinal))
        {
            times++;
        }

        return times;
    }
}
