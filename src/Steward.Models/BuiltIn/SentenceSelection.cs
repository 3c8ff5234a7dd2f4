namespace Steward.Models.BuiltIn;

/// <summary>Chooses the sentences that answer. A sentence is worth the share of the question's weight it covers, each stem weighted by its inverse
/// frequency among the sentences, <c>ln(1 + (N - n + 0.5) / (n + 0.5))</c> (the idf of BM25); stems found only in its context count in part. Holding
/// the kind of thing asked for adds to it, and so does the rank of the passage.</summary>
internal sealed class SentenceSelection
{
    private const int Most = 3;
    private const double ContextShare = 0.6;
    private const double TypeBonus = 0.35;
    private const double TypeMalus = 0.25;
    private const double RankBonus = 0.2;
    private const double FollowBonus = 0.15;
    private const double LeastCover = 0.2;
    private const double LeastGain = 0.25;
    private readonly List<Sentence> _sentences;
    private readonly Dictionary<string, int> _frequency = new(StringComparer.Ordinal);

    public SentenceSelection(IReadOnlyList<ExtractivePassage> passages)
    {
        _sentences = Sentences.Of(passages);
        foreach (var sentence in _sentences)
        {
            foreach (var term in sentence.Terms) _frequency[term] = _frequency.GetValueOrDefault(term) + 1;
        }
    }

    /// <summary>One to three sentences in the order of their passage, or none when nothing covers the question.</summary>
    public IReadOnlyList<Sentence> Choose(Asked asked)
    {
        var weights = asked.Terms.ToDictionary(term => term.Key, term => term.Value * Idf(term.Key), StringComparer.Ordinal);
        var total = weights.Values.Sum();
        if (total <= 0 || _sentences.Count == 0) return [];
        var best = _sentences
            .Select(sentence => (Sentence: sentence, Cover: Cover(sentence, weights) / total))
            .Where(candidate => candidate.Cover >= LeastCover || (asked.ByType && AnswerTypes.Fits(asked.Type, candidate.Sentence.Text)))
            .OrderByDescending(candidate => candidate.Cover + Extras(candidate.Sentence, asked.Type))
            .ThenBy(candidate => candidate.Sentence.PassageRank)
            .ThenBy(candidate => candidate.Sentence.Position)
            .Select(candidate => candidate.Sentence)
            .FirstOrDefault();
        return best is null ? [] : Extend(best, asked, weights, total);
    }

    private List<Sentence> Extend(Sentence best, Asked asked, Dictionary<string, double> weights, double total)
    {
        var chosen = new List<Sentence> { best };
        var covered = new HashSet<string>(best.Terms, StringComparer.Ordinal);
        while (chosen.Count < Most)
        {
            // What the sentences said so far leave uncovered is what another one must bring, from the same passage.
            var next = _sentences
                .Where(sentence => ReferenceEquals(sentence.Passage, best.Passage) && !chosen.Contains(sentence))
                .Select(sentence => (Sentence: sentence, Gain: Gain(sentence, covered, weights) / total))
                .Where(candidate => candidate.Gain >= LeastGain
                    || (!AnswerTypes.Fits(asked.Type, best.Text) && chosen.Count == 1 && Follows(best, candidate.Sentence)
                        && AnswerTypes.Fits(asked.Type, candidate.Sentence.Text)))
                .OrderByDescending(candidate => candidate.Gain)
                .ThenBy(candidate => candidate.Sentence.Position)
                .Select(candidate => candidate.Sentence)
                .FirstOrDefault() ?? Continuation(chosen);
            if (next is null) break;
            chosen.Add(next);
            covered.UnionWith(next.Terms);
        }

        chosen.Sort((a, b) => a.Position.CompareTo(b.Position));
        return chosen;
    }

    // A colon promises the next line, and an answer right under its question is often two sentences.
    private Sentence? Continuation(List<Sentence> chosen)
    {
        var last = chosen.MaxBy(sentence => sentence.Position)!;
        var next = _sentences.Find(sentence => ReferenceEquals(sentence.Passage, last.Passage) && Follows(last, sentence));
        if (next is null) return null;
        return last.Text.EndsWith(':') || (chosen.Count == 1 && last.AfterQuestion && BeginsAsContinuation(next.Text)) ? next : null;
    }

    private static bool Follows(Sentence first, Sentence second) =>
        ReferenceEquals(first.Passage, second.Passage) && second.Position == first.Position + 1;

    private static bool BeginsAsContinuation(string text)
    {
        foreach (var word in (ReadOnlySpan<string>)["It ", "They ", "This ", "These ", "If ", "After ", "Then ", "However", "Otherwise", "Please "])
            if (text.StartsWith(word, StringComparison.Ordinal)) return true;
        return false;
    }

    private static double Cover(Sentence sentence, Dictionary<string, double> weights)
    {
        var sum = 0.0;
        foreach (var (term, weight) in weights)
        {
            if (sentence.Terms.Contains(term)) sum += weight;
            else if (sentence.Context.Contains(term)) sum += weight * ContextShare;
        }

        return sum;
    }

    private static double Gain(Sentence sentence, HashSet<string> covered, Dictionary<string, double> weights)
    {
        var sum = 0.0;
        foreach (var (term, weight) in weights)
            if (sentence.Terms.Contains(term) && !covered.Contains(term)) sum += weight;
        return sum;
    }

    private static double Extras(Sentence sentence, AnswerType type)
    {
        var extra = RankBonus / (1 + sentence.PassageRank);
        if (sentence.AfterQuestion) extra += FollowBonus;
        if (type != AnswerType.Any) extra += AnswerTypes.Fits(type, sentence.Text) ? TypeBonus : -TypeMalus;
        return extra;
    }

    private double Idf(string term)
    {
        var count = Math.Max(_sentences.Count, 8);
        var found = _frequency.GetValueOrDefault(term);
        return Math.Log(1 + ((count - found + 0.5) / (found + 0.5)));
    }
}
