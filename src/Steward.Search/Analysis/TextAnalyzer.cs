namespace Steward.Search.Analysis;

/// <summary>
/// Turns text into the terms that are indexed and asked for: tokens, folded for case and diacritics and, for English, stemmed
/// with the Porter2 algorithm. The same text gives the same terms on every machine.
/// </summary>
public sealed class TextAnalyzer
{
    private TextAnalyzer(string name, bool stems)
    {
        Name = name;
        Stems = stems;
    }

    /// <summary>Folding, Porter2 stems and English stop words.</summary>
    public static TextAnalyzer English { get; } = new("en", stems: true);

    /// <summary>Folding only: for every language without an analyzer of its own.</summary>
    public static TextAnalyzer Neutral { get; } = new("neutral", stems: false);

    /// <summary><c>en</c> or <c>neutral</c>.</summary>
    public string Name { get; }

    internal bool Stems { get; }

    /// <summary>The analyzer for a BCP 47 language tag; a missing tag means English, the language of most knowledge.</summary>
    public static TextAnalyzer For(string? language) =>
        string.IsNullOrEmpty(language)
        || language.Equals("en", StringComparison.OrdinalIgnoreCase)
        || language.StartsWith("en-", StringComparison.OrdinalIgnoreCase)
            ? English
            : Neutral;

    /// <summary>Reads the terms of <paramref name="text"/> one by one without allocating.</summary>
    public TermReader Read(ReadOnlySpan<char> text) => new(this, text);

    /// <summary>All terms of <paramref name="text"/> in order, stop words left out.</summary>
    public IReadOnlyList<string> Terms(ReadOnlySpan<char> text)
    {
        var terms = new List<string>();
        var reader = Read(text);
        while (reader.MoveNext())
        {
            if (!reader.IsStopWord)
            {
                terms.Add(reader.Term.ToString());
            }
        }

        return terms;
    }
}
