using System.Buffers;
using System.Numerics.Tensors;
using Steward.Search.Indexing;
using Steward.Search.Ranks;
using Steward.Search.Vectors;

namespace Steward.Search.Hybrid;

/// <summary>
/// Searches an index by words (BM25F) and by vectors (cosine), fuses both rankings, and estimates whether what was found answers the
/// question. The same index and query give the same result on every machine; equal scores are ordered by priority, then id.
/// </summary>
/// <remarks>
/// <para>
/// The answerability is an estimate from words, made for not answering what is not there. Each content word of the question (stop words
/// out, words that merely wrap a question at little weight) weighs its idf; one that no passage has weighs most, and numbers, codes and
/// names weigh more. A passage covers a word by having it, its stem or, at a discount, a synonym. The estimate is the best passage's
/// covered share, lowered further by its heaviest missing word, and when the question asks for an amount and the passage tells none.
/// </para>
/// <para>It is comparable between tenants: 0.7 is the usual threshold for answering without a person.</para>
/// </remarks>
public static class HybridSearch
{
    // The 8-bit scan keeps this many times the wanted candidates for scoring with 16 bits.
    private const int Oversampling = 4;

    /// <summary>The best passages for a query.</summary>
    public static SearchResult Search(SearchIndex index, SearchQuery query, SearchSettings? settings = null)
    {
        settings ??= SearchSettings.Default;
        if (index.Size == 0 || query.Take <= 0)
        {
            return new SearchResult([], 0, []);
        }

        var question = QuestionPlan.Read(query.Text);
        var words = question.Words;
        var excluded = ArrayPool<bool>.Shared.Rent(index.Size);
        try
        {
            var excludes = false;
            foreach (var view in index.Views)
            {
                excludes |= PassageSieve.Exclude(view, query.Filter, excluded.AsSpan(view.Base, view.Segment.PassageCount));
            }

            var rejected = excludes ? excluded.AsSpan(0, index.Size) : default;
            var bm25 = new Bm25(index, settings.Bm25);
            var catalog = new PassageCatalog(index);
            var weights = WordWeights.Of(words, bm25);
            var byWords = WordStage(index, bm25, words, weights, settings.Candidates, catalog, rejected);
            var byVectors = VectorStage(index, query, settings.Candidates, catalog, rejected);
            var vectorWeight = query.VectorModel == HashEmbedder.ModelName ? settings.SpellingWeight : settings.VectorWeight;
            var fused = Fusion.Fuse(byWords, byVectors, vectorWeight, settings, catalog);
            return Answering.Judge(fused, question, weights, query.Take, settings, catalog);
        }
        finally
        {
            ArrayPool<bool>.Shared.Return(excluded);
        }
    }

    private static List<(float Score, int Passage)> WordStage(
        SearchIndex index, Bm25 bm25, List<QuestionWord> words, WordWeight[] weights, int size, PassageCatalog catalog, Span<bool> rejected)
    {
        var scores = ArrayPool<float>.Shared.Rent(index.Size);
        try
        {
            var span = scores.AsSpan(0, index.Size);
            span.Clear();
            for (var i = 0; i < words.Count; i++)
            {
                bm25.Score(words[i].Group, weights[i].Idf, span);
            }

            var top = new TopList(size, catalog.IdOf);
            for (var passage = 0; passage < span.Length; passage++)
            {
                var score = span[passage];
                if (score > 0 && score >= top.Floor && (rejected.IsEmpty || !rejected[passage]))
                {
                    top.Offer(score, passage);
                }
            }

            return top.Sorted();
        }
        finally
        {
            ArrayPool<float>.Shared.Return(scores);
        }
    }

    private static List<(float Score, int Passage)> VectorStage(
        SearchIndex index, SearchQuery query, int size, PassageCatalog catalog, Span<bool> rejected)
    {
        var norm = query.Vector.IsEmpty ? 0 : TensorPrimitives.Norm(query.Vector.Span);
        if (!(norm > 0) || !float.IsFinite(norm))
        {
            return [];
        }

        var unit = new float[query.Vector.Length];
        TensorPrimitives.Divide(query.Vector.Span, norm, unit);
        var codes = VectorPlane.Codes(unit);
        var coarse = new TopList(size * Oversampling, catalog.IdOf);
        var scores = ArrayPool<float>.Shared.Rent(index.Size);
        foreach (var view in index.Views)
        {
            var vectors = view.Segment.Vectors;
            if (vectors.Dimensions != unit.Length || vectors.Model != query.VectorModel)
            {
                continue;
            }

            var span = scores.AsSpan(0, view.Segment.PassageCount);
            vectors.Scan(codes, span);
            for (var passage = 0; passage < span.Length; passage++)
            {
                if (span[passage] >= coarse.Floor && span[passage] > float.NegativeInfinity
                    && (rejected.IsEmpty || !rejected[view.Base + passage]))
                {
                    coarse.Offer(span[passage], view.Base + passage);
                }
            }
        }

        ArrayPool<float>.Shared.Return(scores);
        var fine = new TopList(size, catalog.IdOf);
        foreach (var (_, passage) in coarse.Sorted())
        {
            var (view, local) = catalog.Locate(passage);
            fine.Offer(view.Segment.Vectors.Cosine(unit, local), passage);
        }

        return fine.Sorted();
    }
}
