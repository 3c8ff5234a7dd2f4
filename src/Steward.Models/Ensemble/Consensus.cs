using System.Numerics.Tensors;

namespace Steward.Models.Ensemble;

/// <summary>What the vectors of answers say of each other.</summary>
/// <param name="Cosine">The mean cosine of all pairs.</param>
/// <param name="Similarities">Of each answer its mean cosine to the others.</param>
/// <param name="Winner">The medoid: the answer closest to the others; of equals the first.</param>
internal sealed record Consensus(double Cosine, IReadOnlyList<double> Similarities, int Winner)
{
    // Sums of the same pairs in another order differ in their last digits; that is no reason to prefer a later member.
    private const double Equal = 1e-9;

    /// <summary>Of at least two vectors of one embedder. Pure.</summary>
    public static Consensus Of(IReadOnlyList<ReadOnlyMemory<float>> vectors)
    {
        if (vectors.Count < 2) throw new ArgumentException("It takes two answers to compare.", nameof(vectors));
        var sums = new double[vectors.Count];
        var sum = 0.0;
        for (var i = 0; i < vectors.Count; i++)
        {
            for (var j = i + 1; j < vectors.Count; j++)
            {
                var cosine = Between(vectors[i].Span, vectors[j].Span);
                sums[i] += cosine;
                sums[j] += cosine;
                sum += cosine;
            }
        }

        var winner = 0;
        for (var i = 1; i < sums.Length; i++)
            if (sums[i] > sums[winner] + Equal) winner = i;
        var others = vectors.Count - 1;
        return new(sum / (vectors.Count * others / 2.0), [.. sums.Select(one => one / others)], winner);
    }

    // A text without a word has no direction: it is like nothing.
    private static double Between(ReadOnlySpan<float> a, ReadOnlySpan<float> b) =>
        TensorPrimitives.CosineSimilarity(a, b) is var cosine && float.IsFinite(cosine) ? Math.Clamp(cosine, -1f, 1f) : 0;
}
