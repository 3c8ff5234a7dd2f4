using Steward.Search.Analysis;

namespace Steward.Assistants.Checking;

/// <summary>The content terms of texts, for comparing what was said with what passages hold. Pure.</summary>
internal static class Terms
{
    /// <summary>The distinct stems of a text without stop words.</summary>
    public static HashSet<string> Of(string text, string? language)
    {
        var terms = new HashSet<string>(StringComparer.Ordinal);
        var reader = TextAnalyzer.For(language).Read(text);
        while (reader.MoveNext())
        {
            if (!reader.IsStopWord)
            {
                terms.Add(reader.Term.ToString());
            }
        }

        return terms;
    }

    /// <summary>
    /// The share of <paramref name="wanted"/> that the texts have together, 0 to 1; 1 when nothing is wanted. Reads no further than it
    /// must: the likeliest text goes first.
    /// </summary>
    public static double Coverage(HashSet<string> wanted, IEnumerable<string> texts, string? language)
    {
        if (wanted.Count == 0)
        {
            return 1;
        }

        var missing = new HashSet<string>(wanted, StringComparer.Ordinal);
        var lookup = missing.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var text in texts)
        {
            var reader = TextAnalyzer.For(language).Read(text);
            while (missing.Count > 0 && reader.MoveNext())
            {
                lookup.Remove(reader.Term);
            }

            if (missing.Count == 0)
            {
                break;
            }
        }

        return (double)(wanted.Count - missing.Count) / wanted.Count;
    }
}
