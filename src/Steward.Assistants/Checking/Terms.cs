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

    /// <summary>The share of <paramref name="wanted"/> that <paramref name="held"/> has, 0 to 1; 1 when nothing is wanted.</summary>
    public static double Coverage(HashSet<string> wanted, HashSet<string> held)
        => wanted.Count == 0 ? 1 : (double)wanted.Count(held.Contains) / wanted.Count;
}
