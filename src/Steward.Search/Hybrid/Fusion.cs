using Steward.Search.Ranks;

namespace Steward.Search.Hybrid;

/// <summary>A passage with what both stages said.</summary>
internal sealed record Candidate(int Passage, double Score, StageScore? Words, StageScore? Vectors);

/// <summary>Joins the two rankings of one search.</summary>
internal static class Fusion
{
    public static List<Candidate> Fuse(
        List<(float Score, int Passage)> byWords, List<(float Score, int Passage)> byVectors, double vectorWeight, SearchSettings settings, PassageCatalog catalog)
    {
        var fused = RankFusion.Fuse<int>(
            [
                new Ranking<int>(byWords.ConvertAll(scored => scored.Passage), settings.WordWeight),
                new Ranking<int>(byVectors.ConvertAll(scored => scored.Passage), vectorWeight),
            ],
            settings.FusionK);
        var words = Stages(byWords);
        var vectors = Stages(byVectors);
        var candidates = fused
            .Select(entry => new Candidate(entry.Id, entry.Score, words.GetValueOrDefault(entry.Id), vectors.GetValueOrDefault(entry.Id)))
            .ToList();
        candidates.Sort((a, b) => Order(a, b, catalog));
        return candidates;
    }

    private static int Order(Candidate a, Candidate b, PassageCatalog catalog)
    {
        if (b.Score.CompareTo(a.Score) is var byScore and not 0)
        {
            return byScore;
        }

        var (viewA, localA) = catalog.Locate(a.Passage);
        var (viewB, localB) = catalog.Locate(b.Passage);
        var byPriority = viewB.Segment.Passages.Priority[localB].CompareTo(viewA.Segment.Passages.Priority[localA]);
        return byPriority != 0 ? byPriority : viewA.Segment.Passages.Ids[localA].CompareTo(viewB.Segment.Passages.Ids[localB]);
    }

    private static Dictionary<int, StageScore> Stages(List<(float Score, int Passage)> ranking)
    {
        var stages = new Dictionary<int, StageScore>(ranking.Count);
        for (var i = 0; i < ranking.Count; i++)
        {
            stages.Add(ranking[i].Passage, new StageScore(ranking[i].Score, i + 1));
        }

        return stages;
    }
}
