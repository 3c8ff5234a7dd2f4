namespace Steward.Search.Ranks;

/// <summary>One ranking that takes part in a fusion.</summary>
/// <param name="Ids">The ids, best first, each at most once.</param>
/// <param name="Weight">How much this ranking counts; 1 is usual.</param>
public sealed record Ranking<T>(IReadOnlyList<T> Ids, double Weight = 1)
    where T : notnull;

/// <summary>Reciprocal rank fusion (Cormack, Clarke and Büttcher, 2009).</summary>
public static class RankFusion
{
    /// <summary>The constant of the published method.</summary>
    public const int DefaultK = 60;

    /// <summary>
    /// Fuses rankings: an id scores the sum of <c>weight / (k + rank)</c> over the rankings that contain it, the first rank being 1.
    /// Best first; equal scores are ordered by id. The order of the rankings does not matter.
    /// </summary>
    public static IReadOnlyList<(T Id, double Score)> Fuse<T>(IReadOnlyList<Ranking<T>> rankings, int k = DefaultK)
        where T : notnull, IComparable<T>
    {
        ArgumentOutOfRangeException.ThrowIfNegative(k);
        var shares = new Dictionary<T, List<double>>();
        foreach (var ranking in rankings)
        {
            for (var i = 0; i < ranking.Ids.Count; i++)
            {
                if (!shares.TryGetValue(ranking.Ids[i], out var list))
                {
                    shares.Add(ranking.Ids[i], list = new List<double>(rankings.Count));
                }

                list.Add(Share(ranking.Weight, i + 1, k));
            }
        }

        var fused = new List<(T Id, double Score)>(shares.Count);
        foreach (var (id, list) in shares)
        {
            // Sorted before adding: floating-point sums would otherwise depend on the order of the rankings.
            list.Sort();
            fused.Add((id, list.Sum()));
        }

        fused.Sort((a, b) => b.Score.CompareTo(a.Score) is var order and not 0 ? order : a.Id.CompareTo(b.Id));
        return fused;
    }

    internal static double Share(double weight, int rank, int k) => weight / (k + rank);
}
