using System.Numerics.Tensors;

namespace Steward.Search.Vectors;

/// <summary>
/// Exact search by cosine over float vectors, with the widest vector instructions of the machine: for sets that are small or in
/// memory anyway, and the measure that the quantised scan of an index is held against.
/// </summary>
public static class ExactVectorSearch
{
    /// <summary>The nearest vectors, best first; equal cosines are ordered by position. Vectors of zeros are left out.</summary>
    /// <param name="query">The vector asked for.</param>
    /// <param name="vectors">The vectors searched, of the query's size.</param>
    /// <param name="take">How many are wanted.</param>
    public static IReadOnlyList<(int Index, float Cosine)> Top(ReadOnlySpan<float> query, IReadOnlyList<float[]> vectors, int take)
    {
        var scored = new List<(int Index, float Cosine)>(vectors.Count);
        for (var i = 0; i < vectors.Count; i++)
        {
            var cosine = TensorPrimitives.CosineSimilarity(query, vectors[i]);
            if (!float.IsNaN(cosine))
            {
                scored.Add((i, cosine));
            }
        }

        scored.Sort((a, b) => b.Cosine.CompareTo(a.Cosine) is var order and not 0 ? order : a.Index.CompareTo(b.Index));
        return scored.GetRange(0, Math.Min(take, scored.Count));
    }
}
