using Steward.Models.Shadow;

namespace Steward.Models.Tests.Shadow;

public sealed class PromotionTests
{
    [Fact]
    public void A_student_may_take_over_when_the_lower_bounds_reach_what_is_asked_for()
    {
        var answer = Promotion.Of([new("none", 900, 0.93, 0.1), new("refund", 100, 0.90, 0.1)]);
        answer.Ready.ShouldBeTrue();
        (answer.HeldBackPairs, answer.Missing.Count).ShouldBe((1_000, 0));
        answer.Overall.Mean.ShouldBe(0.927, 1e-9);
        // 0.90 - 1.96 · 0.1 / √100
        answer.Intents[1].LowerBound.ShouldNotBeNull().ShouldBe(0.8804, 0.0001);
    }

    [Fact]
    public void The_deviation_of_all_is_that_of_one_list_of_them()
    {
        // 0.8 and 1.0 a hundred times each: of one list the deviation is 0.1 · √(200/199).
        var answer = Promotion.Of([new("a", 100, 0.8, 0), new("b", 100, 1.0, 0)]);
        answer.Overall.LowerBound.ShouldNotBeNull().ShouldBe(0.9 - (1.959964 * 0.1 * Math.Sqrt(200.0 / 199) / Math.Sqrt(200)), 1e-9);
    }

    [Theory]
    [InlineData(999, 0.99, 0.01, "pairs")]
    [InlineData(1_000, 0.90, 0.1, "overall")]
    public void One_pair_too_few_or_a_mean_that_is_only_just_high_enough_is_not(long pairs, double mean, double deviation, string missing) =>
        Promotion.Of([new("none", pairs, mean, deviation)]).Missing.ShouldBe([missing]);

    [Fact]
    public void One_weak_intent_or_one_of_too_few_pairs_holds_it_back()
    {
        Promotion.Of([new("none", 2_000, 0.97, 0.05), new("refund", 100, 0.86, 0.1)]).Missing.ShouldBe(["intent:refund"]);
        var few = Promotion.Of([new("none", 2_000, 0.97, 0.05), new("refund", 29, 0.99, 0.01)]);
        (few.Ready, few.Intents[1].LowerBound).ShouldBe((false, null));
    }

    [Fact]
    public void Without_any_pair_nothing_is_ready()
    {
        var answer = Promotion.Of([]);
        (answer.Ready, answer.Overall.LowerBound).ShouldBe((false, null));
        answer.Missing.ShouldBe(["pairs", "overall"]);
    }

    [Theory]
    [InlineData(222.99, "api", -0.01, false)]
    [InlineData(223, "api", 0, false)]
    [InlineData(223.01, "even", 0.01, false)]
    [InlineData(300, "even", 77, false)]
    [InlineData(300.01, "rent", 77.01, true)]
    public void The_break_even_is_the_rent_and_the_first_rules_margin_stands_beside_it(double api, string advice, double saving, bool met)
    {
        var answer = RentRule.Of((decimal)api, 0, 0, new ShadowSettings());
        (answer.Advice, answer.BreakEvenUsd, answer.WorthRentingUsd).ShouldBe((advice, 223m, 300m));
        answer.SavingUsd.ShouldBe((decimal)saving);
        answer.Triggers[0].Met.ShouldBe(met);
    }

    [Fact]
    public void All_four_triggers_are_told()
    {
        RentRule.Of(0, 0, 100_000, new ShadowSettings { TrainingHoursPerWeek = 30 }).Triggers.Select(trigger => (trigger.Name, trigger.Met))
            .ShouldBe([("api_costs", false), ("training_hours", false), ("production_inference", false), ("training_volume", false)]);
        RentRule.Of(301, 0, 100_001, new ShadowSettings { TrainingHoursPerWeek = 31, NeedsLocalInference = true }).Triggers.ShouldAllBe(trigger => trigger.Met);
    }

    [Fact]
    public void A_dearer_machine_is_not_rented_because_the_margin_of_a_cheaper_one_is_passed() =>
        RentRule.Of(400, 0, 0, new ShadowSettings { GpuRentUsd = 857 }).Advice.ShouldBe("api");

    [Fact]
    public void About_fifteen_of_a_hundred_conversations_are_held_back_always_the_same_and_apart_from_what_is_sampled()
    {
        var random = new Random(7);
        var ids = Enumerable.Range(0, 20_000).Select(_ => Id(random)).ToList();
        var held = ids.Where(ShadowSplit.IsHeldBack).ToList();
        held.Count.ShouldBeInRange(2_800, 3_200);
        held.ShouldAllBe(id => ShadowSplit.IsHeldBack(id));
        held.Count(id => ShadowSplit.IsSampled(id, 0.1)).ShouldBeInRange(220, 380);
        ids.Count(id => ShadowSplit.IsSampled(id, 0)).ShouldBe(0);
        ids.Count(id => ShadowSplit.IsSampled(id, 1)).ShouldBe(20_000);
    }

    private static Guid Id(Random random)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
    }
}
