namespace Steward.Models.BuiltIn;

/// <summary>Chooses the sentences that answer. A sentence is worth the share of the question it covers (<see cref="Coverage"/>), more when it is about
/// what is asked rather than mentioning it, less when it gives an instruction nobody asked for. Where the question wants a kind of thing, such as a price,
/// only sentences that hold one can answer.</summary>
internal sealed class SentenceSelection
{
    private const int Most = 3;
    private const double RankBonus = 0.15;
    private const double FollowBonus = 0.15;
    private const double LeadBonus = 0.15;
    private const double SubjectBonus = 0.3;
    private const double SideMalus = 0.25;
    private const double EchoMalus = 0.3;
    private const double LeastCover = 0.62;
    private const double TypeBonus = 0.25;
    private const double VerdictMalus = 0.4;
    private const double LeastGain = 0.25;
    private readonly List<Sentence> _sentences;
    private readonly Dictionary<string, int> _frequency = new(StringComparer.Ordinal);

    public SentenceSelection(IReadOnlyList<ExtractivePassage> passages)
    {
        _sentences = Sentences.Of(passages);
        foreach (var sentence in _sentences)
        {
            foreach (var term in sentence.Terms.Keys) _frequency[term] = _frequency.GetValueOrDefault(term) + 1;
        }
    }

    /// <summary>One to three sentences in the order of their passage, or none when nothing covers the question.</summary>
    public IReadOnlyList<Sentence> Choose(Asked asked)
    {
        var coverage = new Coverage(asked, _frequency, _sentences.Count);
        if (coverage.Total <= 0 || _sentences.Count == 0) return [];
        var best = _sentences
            .Where(sentence => (AnswerTypes.Fits(asked.Type, sentence.Text) || (!asked.ByType && !AnswerTypes.IsStrict(asked.Type))) && coverage.Counts(sentence))
            .Select(sentence => (Sentence: sentence, Cover: coverage.Of(sentence)))
            .Where(candidate => asked.ByType || (candidate.Cover >= LeastCover && coverage.IsLiteral(candidate.Sentence) && coverage.HasCore(candidate.Sentence)))
            .OrderByDescending(candidate => candidate.Cover + Extras(candidate.Sentence, asked, coverage))
            .ThenBy(candidate => candidate.Sentence.PassageRank)
            .ThenBy(candidate => candidate.Sentence.Position)
            .Select(candidate => candidate.Sentence)
            .FirstOrDefault();
        return best is null ? [] : Extend(best, coverage);
    }

    private static double Extras(Sentence sentence, Asked asked, Coverage coverage)
    {
        var extra = RankBonus / (1 + sentence.PassageRank);
        if (sentence.AfterQuestion) extra += FollowBonus;
        if (coverage.LeadsToKey(sentence)) extra += LeadBonus;
        if (coverage.KeyPlace(sentence) is { } place) extra += SubjectBonus * (1 - place);
        if (sentence.IsInstruction && !asked.AsksToAct) extra -= SideMalus;
        if (sentence.IsCase && !asked.AsksCase) extra -= SideMalus;
        if (asked.Type != AnswerType.Any && AnswerTypes.Fits(asked.Type, sentence.Text)) extra += TypeBonus;
        if (sentence.IsVerdict && !coverage.IsAsked(sentence)) extra -= VerdictMalus;
        if (!coverage.Informs(sentence)) extra -= EchoMalus;
        return extra;
    }

    private List<Sentence> Extend(Sentence best, Coverage coverage)
    {
        var chosen = new List<Sentence> { best };
        while (chosen.Count < Most)
        {
            // What the sentences said so far leave uncovered is what another one must bring, from the same passage.
            var next = _sentences
                .Where(sentence => ReferenceEquals(sentence.Passage, best.Passage) && !chosen.Contains(sentence))
                .Select(sentence => (Sentence: sentence, Gain: coverage.Gain(sentence, chosen)))
                .Where(candidate => candidate.Gain >= LeastGain)
                .OrderByDescending(candidate => candidate.Gain)
                .ThenBy(candidate => candidate.Sentence.Position)
                .Select(candidate => candidate.Sentence)
                .FirstOrDefault() ?? Continuation(chosen);
            if (next is null) break;
            chosen.Add(next);
        }

        chosen.Sort((a, b) => a.Position.CompareTo(b.Position));
        return chosen;
    }

    // A colon promises the next line, and an answer right under its question is often two sentences.
    private Sentence? Continuation(List<Sentence> chosen)
    {
        var last = chosen.MaxBy(sentence => sentence.Position)!;
        var next = _sentences.Find(sentence => ReferenceEquals(sentence.Passage, last.Passage) && sentence.Position == last.Position + 1);
        if (next is null) return null;
        return last.Text.EndsWith(':') || (chosen.Count == 1 && last.AfterQuestion && BeginsAsContinuation(next.Text)) ? next : null;
    }

    private static bool BeginsAsContinuation(string text)
    {
        foreach (var word in (ReadOnlySpan<string>)["It ", "They ", "This ", "These ", "If ", "After ", "Then ", "However", "Otherwise", "Please "])
            if (text.StartsWith(word, StringComparison.Ordinal)) return true;
        return false;
    }
}
