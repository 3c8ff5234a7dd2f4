using System.Runtime.InteropServices;
using Steward.Search.Analysis;
using Steward.Search.Ranks;

namespace Steward.Search.Hybrid;

/// <summary>What a word of the question is worth: for ranking (idf) and for judging what is missing (importance).</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct WordWeight(double Idf, double Importance, bool IsKnown);

internal static class WordWeights
{
    private const double WrappingShare = 0.12;
    private const double ExactShare = 1.5;

    public static WordWeight[] Of(List<QuestionWord> words, Bm25 bm25)
    {
        var weights = new WordWeight[words.Count];
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = Of(words[i], bm25);
        }

        return weights;
    }

    private static WordWeight Of(QuestionWord word, Bm25 bm25)
    {
        var own = 0L;
        var any = 0L;
        foreach (var variant in word.Group.Variants)
        {
            var count = bm25.PassagesWith(variant.Term);
            any = Math.Max(any, count);
            own = variant.Weight == 1 ? Math.Max(own, count) : own;
        }

        var idf = bm25.Idf(own > 0 ? own : any);
        var exact = word.LooksLikeName || word.Kind is TokenKind.Number or TokenKind.Code;
        return new WordWeight(idf, idf * (word.IsWrapping && !word.LooksLikeName ? WrappingShare : exact ? ExactShare : 1), any > 0);
    }
}
