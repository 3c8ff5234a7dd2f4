using Steward.Search.Indexing;

namespace Steward.Search.Hybrid;

/// <summary>Judges how far the best passages cover a question.</summary>
internal static class Answering
{
    // A synonym says nearly the same.
    private const double SynonymCover = 0.9;
    private const int JudgedPassages = 5;

    // How much of the estimate a missing word costs beyond its own share, relative to the heaviest word of the question.
    private const double MissingPenalty = 0.45;

    private const double NoAmountShare = 0.6;

    public static SearchResult Judge(
        List<Candidate> candidates, Question question, WordWeight[] weights, int take, SearchSettings settings, PassageCatalog catalog)
    {
        var words = question.Words;
        var hits = new List<SearchHit>(Math.Min(take, candidates.Count));
        var best = 0.0;
        List<int> bestMissing = [];
        var judged = Math.Min(candidates.Count, Math.Max(take, JudgedPassages));
        for (var i = 0; i < judged; i++)
        {
            var (view, local) = catalog.Locate(candidates[i].Passage);
            var (coverage, missing) = Coverage(view.Segment, (ushort)local, words, weights);
            if (i < take)
            {
                hits.Add(Hit(view.Segment.Passages, local, candidates[i], coverage));
            }

            var estimate = Estimate(coverage, missing, weights, candidates[i], settings);
            if (question.AsksAmount && (view.Segment.Passages.Traits[local] & PassageTraits.TellsAmount) == 0)
            {
                estimate *= NoAmountShare;
            }

            if (i < JudgedPassages && (estimate > best || i == 0))
            {
                best = estimate;
                bestMissing = missing;
            }
        }

        var names = bestMissing.OrderByDescending(word => weights[word].Importance).Select(word => words[word].Surface).ToList();
        return new SearchResult(hits, best, names);
    }

    private static (double Coverage, List<int> Missing) Coverage(
        IndexSegment segment, ushort passage, List<QuestionWord> words, WordWeight[] weights)
    {
        double total = 0, covered = 0;
        var missing = new List<int>();
        for (var i = 0; i < words.Count; i++)
        {
            total += weights[i].Importance;
            var cover = Cover(segment, passage, words[i]);
            covered += weights[i].Importance * cover;
            if (cover == 0 && !words[i].IsWrapping)
            {
                missing.Add(i);
            }
        }

        return (total > 0 ? covered / total : 0, missing);
    }

    private static double Cover(IndexSegment segment, ushort passage, QuestionWord word)
    {
        var cover = 0.0;
        foreach (var variant in word.Group.Variants)
        {
            if (segment.Terms.Find(variant.Term) is var term and >= 0 && segment.Terms.Postings(term).Contains(passage))
            {
                if (variant.Weight == 1)
                {
                    return 1;
                }

                cover = SynonymCover;
            }
        }

        return cover;
    }

    private static double Estimate(
        double coverage, List<int> missing, WordWeight[] weights, Candidate candidate, SearchSettings settings)
    {
        var heaviest = 0.0;
        foreach (var weight in weights)
        {
            heaviest = Math.Max(heaviest, weight.Importance);
        }

        var lost = 0.0;
        foreach (var word in missing)
        {
            lost = Math.Max(lost, weights[word].Importance / heaviest);
        }

        var estimate = coverage * (1 - (MissingPenalty * lost));
        if (settings.MeaningfulCosine is { } cosine && candidate.Vectors is { } vectors && vectors.Score > cosine)
        {
            // Half of what the words leave open, in proportion to how far the cosine passes its threshold.
            estimate += (1 - estimate) * 0.5 * Math.Min(1, (vectors.Score - cosine) / Math.Max(0.05, 1 - cosine));
        }

        return Math.Clamp(estimate, 0, 1);
    }

    private static SearchHit Hit(PassageTable table, int local, Candidate candidate, double coverage) => new()
    {
        PassageId = table.Ids[local],
        ArticleId = table.Articles[table.Article[local]],
        SourceId = table.Sources[table.Source[local]],
        Kind = table.Name(table.Kind[local]) ?? "",
        Category = table.Name(table.Category[local]),
        Language = table.Name(table.Language[local]),
        Priority = table.Priority[local],
        Score = candidate.Score,
        Words = candidate.Words,
        Vectors = candidate.Vectors,
        Coverage = coverage,
    };
}
