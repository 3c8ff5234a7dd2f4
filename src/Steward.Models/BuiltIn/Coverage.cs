using System.Text.RegularExpressions;

namespace Steward.Models.BuiltIn;

/// <summary>How much of a question a sentence holds. Each word weighs its inverse frequency among the sentences,
/// <c>1 + ln(1 + (N - n + 0.5) / (n + 0.5))</c> (the idf of BM25, and 1 so that a word all of them have is asked for too); a synonym, a heading and a title count in part.</summary>
internal sealed partial class Coverage
{
    private const double AlikeShare = 0.8;
    private const double LeadShare = 0.75;
    private const double ContextShare = 0.5;
    private const double NamedShare = 0.3;
    private const int FewestSentences = 8;
    private const int CoreWords = 2;
    private readonly Asked _asked;
    private readonly double[] _weights;
    private readonly int _key = -1;

    public Coverage(Asked asked, IReadOnlyDictionary<string, int> frequency, int sentences)
    {
        _asked = asked;
        _weights = [.. asked.Terms.Select(term => term.Weight * (1 + Idf(term, frequency, Math.Max(sentences, FewestSentences))))];
        Total = _weights.Sum();
        for (var i = 0; i < _weights.Length; i++)
            if (_key < 0 || _weights[i] > _weights[_key]) _key = i;
    }

    public double Total { get; }

    /// <summary>The covered share of the question, 0 to 1.</summary>
    public double Of(Sentence sentence)
    {
        var sum = 0.0;
        for (var i = 0; i < _weights.Length; i++) sum += _weights[i] * Cover(_asked.Terms[i], sentence);
        return Total > 0 ? sum / Total : 0;
    }

    /// <summary>The share that a sentence adds itself to what is covered already.</summary>
    public double Gain(Sentence sentence, IReadOnlyCollection<Sentence> said)
    {
        var sum = 0.0;
        for (var i = 0; i < _weights.Length; i++)
            if (Place(_asked.Terms[i], sentence) >= 0 && said.All(other => Place(_asked.Terms[i], other) < 0)) sum += _weights[i];
        return Total > 0 ? sum / Total : 0;
    }

    /// <summary>Where the heaviest word of the question stands: 0 at the beginning to 1 at the end, where side remarks are; null when it does not.</summary>
    public double? KeyPlace(Sentence sentence) =>
        _key >= 0 && Place(_asked.Terms[_key], sentence) is var place and >= 0 ? place / (double)Math.Max(1, sentence.Terms.Count - 1) : null;

    /// <summary>The heading right above names the heaviest word.</summary>
    public bool LeadsToKey(Sentence sentence) => _key >= 0 && (Any(_asked.Terms[_key].Same, sentence.Lead) || Any(_asked.Terms[_key].Alike, sentence.Lead));

    /// <summary>It says something that the question did not.</summary>
    public bool Informs(Sentence sentence) =>
        sentence.Terms.Keys.Count(stem => !_asked.Terms.Any(term => term.Same.Contains(stem, StringComparer.Ordinal))) >= 2 || sentence.Text.Any(char.IsDigit);

    /// <summary>At least one word of the question itself stands in the sentence or above it; words that mean nearly the same are not enough.</summary>
    public bool IsLiteral(Sentence sentence) =>
        _asked.Terms.Any(term => term.Weight >= 1 && (term.Same.Any(sentence.Terms.ContainsKey) || Any(term.Same, sentence.Lead) || Any(term.Same, sentence.Context)));

    /// <summary>The first two words of weight, mostly what is done and to what, are both there: "return" alone does not tell of returning a bike; and a number
    /// asked for is there with its unit.</summary>
    public bool HasCore(Sentence sentence) =>
        _asked.Terms.Where(term => term.Weight >= 1).Take(CoreWords).All(term => Cover(term, sentence) > 0) && Measures(sentence);

    /// <summary>Every word of the question itself stands in the sentence or in the question above it.</summary>
    public bool IsAsked(Sentence sentence) =>
        _asked.Terms.All(term => term.Weight < 1 || term.Same.Any(sentence.Terms.ContainsKey) || Any(term.Same, sentence.Lead));

    /// <summary>What "how many" counts has its number right before it.</summary>
    public bool Counts(Sentence sentence)
    {
        if (_asked.Counted is not { } counted) return true;
        foreach (Match match in Numbered().Matches(sentence.Text))
            if (Sentences.Terms(match.Groups["what"].Value).Contains(counted)) return true;
        return false;
    }

    // A number asked for has to be told, and "30 days" is not told by 30 minutes. In "24, 25 and 26 December" the unit follows later.
    private bool Measures(Sentence sentence)
    {
        for (var i = 0; i < _asked.Terms.Count; i++)
        {
            if (_asked.Terms[i] is not { Weight: >= 1 } number || !number.Stem.All(char.IsAsciiDigit)) continue;
            if (!sentence.Terms.TryGetValue(number.Stem, out var at)) return false;
            if (i + 1 < _asked.Terms.Count && !_asked.Terms[i + 1].Same.Any(stem => sentence.Terms.TryGetValue(stem, out var place) && place - at is 1 or 2)) return false;
        }

        return true;
    }

    private double Cover(AskedTerm term, Sentence sentence)
    {
        if (Place(term, sentence) >= 0)
            return term.Same.Any(stem => sentence.Terms.ContainsKey(stem)) ? 1 : AlikeShare;
        if (Any(term.Same, sentence.Lead)) return LeadShare;
        if (Any(term.Alike, sentence.Lead)) return LeadShare * AlikeShare;
        if (Any(term.Same, sentence.Context)) return ContextShare;
        return term.Same.Any(stem => sentence.Terms.ContainsKey(stem)) ? NamedShare : 0;
    }

    private int Place(AskedTerm term, Sentence sentence)
    {
        var first = -1;
        foreach (var stem in term.Same.Concat(term.Alike))
        {
            if (!sentence.Terms.TryGetValue(stem, out var place) || IsPartOfName(stem, sentence) || (IsAskedFor(stem) && !term.Same.Contains(stem, StringComparer.Ordinal))) continue;
            if (first < 0 || place < first) first = place;
        }

        return first;
    }

    // "Ferry Terminal" is no ferry, but who asks for "american express" means both words.
    private bool IsPartOfName(string stem, Sentence sentence) => sentence.Named.TryGetValue(stem, out var others) && !others.All(IsAskedFor);

    private bool IsAskedFor(string stem) => _asked.Terms.Any(term => term.Same.Contains(stem, StringComparer.Ordinal));

    private static bool Any(IReadOnlyList<string> stems, IReadOnlySet<string> among) => stems.Any(among.Contains);

    private static double Idf(AskedTerm term, IReadOnlyDictionary<string, int> frequency, int sentences)
    {
        var found = term.Same.Max(stem => frequency.GetValueOrDefault(stem));
        if (found == 0 && term.Alike.Count > 0) found = term.Alike.Max(stem => frequency.GetValueOrDefault(stem));
        return Math.Log(1 + ((sentences - found + 0.5) / (found + 0.5)));
    }

    [GeneratedRegex(@"\b(?:\d[\d.,]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|no|unlimited|all)\s+(?<what>(?:[\w-]+\s*){1,3})", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Numbered();
}
