using System.Buffers;
using Steward.Search.Indexing;

namespace Steward.Search.Ranks;

/// <summary>One way to say a word of the question.</summary>
internal readonly record struct TermVariant(string Term, float Weight);

/// <summary>A word of the question with the ways to say it; a passage that says it twice in different ways is not found twice.</summary>
internal sealed record TermGroup(IReadOnlyList<TermVariant> Variants)
{
    public string Main => Variants[0].Term;
}

/// <summary>BM25F over a whole index, term by term into one array of scores.</summary>
internal sealed class Bm25
{
    private const int LengthSteps = 4096;

    private readonly SearchIndex _index;
    private readonly Bm25Settings _settings;
    private readonly float[] _bodyFactor = new float[LengthSteps];
    private readonly float[] _titleFactor = new float[256];
    private readonly float[] _keywordFactor = new float[256];

    public Bm25(SearchIndex index, Bm25Settings settings)
    {
        _index = index;
        _settings = settings;
        long body = 0, title = 0, keywords = 0;
        foreach (var view in index.Views)
        {
            body += view.Segment.Passages.BodyTotal;
            title += view.Segment.Passages.TitleTotal;
            keywords += view.Segment.Passages.KeywordTotal;
        }

        Fill(_bodyFactor, settings.BodyWeight, settings.B, body);
        Fill(_titleFactor, settings.TitleWeight, settings.ShortFieldB, title);
        Fill(_keywordFactor, settings.KeywordWeight, settings.ShortFieldB, keywords);
    }

    /// <summary>ln(1 + (N - n + 0.5) / (n + 0.5)); removed passages count until their segment is merged.</summary>
    public double Idf(long passagesWithTerm) =>
        Math.Log(1 + ((Math.Max(0, _index.Size - passagesWithTerm) + 0.5) / (passagesWithTerm + 0.5)));

    /// <summary>How many passages have the best-known variant of a word that was not itself put in its place by a synonym.</summary>
    public long PassagesWith(string term)
    {
        var count = 0L;
        foreach (var view in _index.Views)
        {
            if (view.Segment.Terms.Find(term) is var number and >= 0)
            {
                count += view.Segment.Terms.Postings(number).Passages.Length;
            }
        }

        return count;
    }

    /// <summary>Adds the scores of one word to <paramref name="scores"/>, which has a place for every passage of the index.</summary>
    public void Score(TermGroup group, double idf, Span<float> scores)
    {
        foreach (var view in _index.Views)
        {
            var target = scores.Slice(view.Base, view.Segment.PassageCount);
            var found = Known(view.Segment, group);
            if (found.Count == 1)
            {
                ScoreOne(view.Segment, found[0].Term, (float)idf * found[0].Weight, target);
            }
            else if (found.Count > 1)
            {
                ScoreSeveral(view.Segment, found, (float)idf, target);
            }
        }
    }

    private static List<(int Term, float Weight)> Known(IndexSegment segment, TermGroup group)
    {
        var found = new List<(int Term, float Weight)>(group.Variants.Count);
        foreach (var variant in group.Variants)
        {
            if (segment.Terms.Find(variant.Term) is var term and >= 0)
            {
                found.Add((term, variant.Weight));
            }
        }

        return found;
    }

    private void ScoreOne(IndexSegment segment, int term, float weight, Span<float> target)
    {
        var postings = segment.Terms.Postings(term);
        var table = segment.Passages;
        var k1 = _settings.K1;
        for (var i = 0; i < postings.Passages.Length; i++)
        {
            var passage = postings.Passages[i];
            var frequency = Weighted(table, passage, postings.Frequencies[i]);
            target[passage] += weight * frequency * (k1 + 1) / (k1 + frequency);
        }
    }

    /// <summary>The best variant of a word counts once per passage.</summary>
    private void ScoreSeveral(IndexSegment segment, List<(int Term, float Weight)> variants, float idf, Span<float> target)
    {
        var best = ArrayPool<float>.Shared.Rent(segment.PassageCount);
        best.AsSpan(0, segment.PassageCount).Clear();
        var k1 = _settings.K1;
        foreach (var (term, weight) in variants)
        {
            var postings = segment.Terms.Postings(term);
            for (var i = 0; i < postings.Passages.Length; i++)
            {
                var passage = postings.Passages[i];
                var frequency = Weighted(segment.Passages, passage, postings.Frequencies[i]);
                var score = idf * weight * frequency * (k1 + 1) / (k1 + frequency);
                if (score > best[passage])
                {
                    target[passage] += score - best[passage];
                    best[passage] = score;
                }
            }
        }

        ArrayPool<float>.Shared.Return(best);
    }

    private float Weighted(PassageTable table, int passage, byte frequency)
    {
        var body = (frequency & 0x0F) * _bodyFactor[Math.Min(table.BodyLength[passage], (ushort)(LengthSteps - 1))];
        if (frequency < 0x10)
        {
            return body;
        }

        return body + (((frequency >> 4) & 3) * _titleFactor[table.TitleLength[passage]])
            + ((frequency >> 6) * _keywordFactor[table.KeywordLength[passage]]);
    }

    private void Fill(float[] factors, float weight, float b, long total)
    {
        var average = Math.Max(1f, total / (float)Math.Max(1, _index.Size));
        for (var length = 0; length < factors.Length; length++)
        {
            factors[length] = weight / (1 - b + (b * length / average));
        }
    }
}
