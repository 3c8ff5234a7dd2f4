using FsCheck;
using FsCheck.Fluent;
using Steward.Search.Ranks;

namespace Steward.Search.Tests.Ranks;

public sealed class RankFusionTests
{
    private static readonly Gen<List<Ranking<int>>> _rankings =
        from lists in Gen.ListOf(
            from ids in Gen.SubListOf(Enumerable.Range(1, 12))
            from order in Gen.Shuffle(ids.ToArray())
            from weight in Gen.Choose(1, 5)
            select new Ranking<int>(order.ToList(), weight / 3.0))
        select lists.ToList();

    [Fact]
    public void The_order_of_the_rankings_does_not_matter() => Check.QuickThrowOnFailure(Prop.ForAll(
        _rankings.ToArbitrary(),
        rankings => RankFusion.Fuse(rankings).ShouldBe(RankFusion.Fuse(Enumerable.Reverse(rankings).ToList()))));

    [Fact]
    public void A_better_rank_never_lowers_the_score() => Check.QuickThrowOnFailure(Prop.ForAll(_rankings.ToArbitrary(), rankings =>
    {
        foreach (var ranking in rankings.Where(ranking => ranking.Ids.Count > 1))
        {
            var lifted = ranking.Ids.ToList();
            (lifted[0], lifted[^1]) = (lifted[^1], lifted[0]);
            var better = rankings.Select(other => ReferenceEquals(other, ranking) ? ranking with { Ids = lifted } : other).ToList();

            Score(better, lifted[0]).ShouldBeGreaterThan(Score(rankings, lifted[0]));
        }
    }));

    [Fact]
    public void The_published_formula_is_used_and_ties_go_by_id()
    {
        var fused = RankFusion.Fuse<int>([new Ranking<int>([7, 3]), new Ranking<int>([3, 7], 1), new Ranking<int>([9], 0.5)]);

        fused.Select(entry => entry.Id).ShouldBe([3, 7, 9]);
        fused[0].Score.ShouldBe((1 / 61.0) + (1 / 62.0), 1e-15);
        fused[2].Score.ShouldBe(0.5 / 61, 1e-15);
    }

    private static double Score(List<Ranking<int>> rankings, int id) => RankFusion.Fuse(rankings).Single(entry => entry.Id == id).Score;
}
