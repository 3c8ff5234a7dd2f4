using Steward.Models.Routing;

namespace Steward.Models.Tests.Routing;

public sealed class TierPlanTests
{
    private static readonly RoutingSettings Default = new();

    [Theory]
    [InlineData("simple", "mistral/mistral-small-latest")]
    [InlineData("standard", "mistral/open-mixtral-8x22b")]
    [InlineData("tools", "openai/gpt-4o")]
    [InlineData("complex", "openai/gpt-4o")]
    [InlineData("empathy", "anthropic/claude-3-5-sonnet-latest")]
    [InlineData("ensemble", "ensemble")]
    public void With_every_key_each_row_is_answered_by_the_model_it_was_designed_with(string row, string model)
    {
        var (tier, specialist) = TierTable.Of(row);
        var plan = TierPlan.Of(null, tier, specialist, Default, _ => true, "last");
        (plan.First.Model, plan.First.Because, plan.Unreachable.Count).ShouldBe((model, specialist == Specialist.None ? "asked" : "specialist", 0));
    }

    [Fact]
    public void The_ensemble_is_made_of_three_makers() => TierTable.Row(Default, "ensemble").Select(name => name.Split('/')[0]).ShouldBe(["openai", "anthropic", "mistral"]);

    [Fact]
    public void The_ensemble_votes_with_the_members_that_can_be_reached_and_one_alone_is_a_single_model()
    {
        var two = TierPlan.Of(null, Tier.Ensemble, Specialist.None, Default, Only("openai/", "mistral/"), "last");
        two.Models.ShouldBe([new("ensemble", Tier.Ensemble, "asked")]);
        two.Members.ShouldBe(["openai/gpt-4o", "mistral/mistral-large-latest"]);
        two.Unreachable.ShouldBe(["anthropic/claude-3-5-sonnet-latest"]);
        var one = TierPlan.Of(null, Tier.Ensemble, Specialist.None, Default, Only("openai/"), "last");
        (one.First, one.Members.Count).ShouldBe((new RoutedModel("openai/gpt-4o", Tier.Ensemble, "asked"), 0));
        var tools = TierPlan.Of(null, Tier.Ensemble, Specialist.Tools, Default, _ => true, "last");
        (tools.First.Model, tools.First.Because, tools.Members.Count).ShouldBe(("openai/gpt-4o", "specialist", 0));
    }

    [Fact]
    public void Behind_a_vote_that_the_router_chose_stand_models_that_did_not_vote()
    {
        var why = Classifier.Of(new RouteQuestion("Hi"), Default);
        var plan = TierPlan.Of(why, Tier.Ensemble, Specialist.Empathy, Default, _ => true, "last");
        plan.First.Model.ShouldBe("ensemble");
        plan.Models.Skip(1).Select(model => model.Model).ShouldBe(["anthropic/claude-sonnet-4-5", "mistral/open-mixtral-8x22b", "mistral/mistral-medium-latest"]);
    }

    [Fact]
    public void The_top_of_the_ladder_is_a_vote_while_one_of_its_members_was_not_tried()
    {
        var from = TierPlan.Of(null, Tier.Complex, Specialist.None, Default, _ => true, "last");
        var vote = TierPlan.Upgrade(from, ["openai/gpt-4o"], Default, _ => true).ShouldNotBeNull();
        (vote.First.Model, vote.Members.Count).ShouldBe(("ensemble", 3));
        TierPlan.Upgrade(from, ["openai/gpt-4o", "ensemble"], Default, _ => true).ShouldBeNull();
        TierPlan.Upgrade(from, ["openai/gpt-4o"], Default, Only("openai/", "mistral/"))!.Members.ShouldBe(["openai/gpt-4o", "mistral/mistral-large-latest"]);
        TierPlan.Upgrade(from, ["openai/gpt-4o"], Default, Only("openai/")).ShouldBeNull();
    }

    [Theory]
    [InlineData("openai", Tier.Simple, "openai/gpt-4o-mini", "asked")]
    [InlineData("openai", Tier.Standard, "openai/gpt-4o", "asked")]
    [InlineData("openai", Tier.Complex, "openai/o3", "asked")]
    [InlineData("local", Tier.Simple, "qwen3:8b", "asked")]
    [InlineData("local", Tier.Complex, "qwen3:32b", "asked")]
    public void Presets_have_rows_of_their_own(string preset, Tier tier, string model, string because)
    {
        var plan = TierPlan.Of(null, tier, Specialist.None, Default with { Preset = preset }, _ => true, "last");
        (plan.First.Model, plan.First.Because).ShouldBe((model, because));
    }

    [Fact]
    public void Without_its_key_a_row_falls_to_its_next_model_and_says_which_it_missed()
    {
        var plan = TierPlan.Of(null, Tier.Simple, Specialist.None, Default, Only("openai/"), "last");
        plan.First.ShouldBe(new RoutedModel("openai/gpt-4o-mini", Tier.Simple, "alternative"));
        plan.Unreachable.ShouldBe(["mistral/mistral-small-latest"]);
    }

    [Fact]
    public void A_row_without_any_key_falls_to_a_stronger_one_before_a_weaker_one()
    {
        var settings = Default with { Tiers = Rows(("simple", "a/1"), ("standard", "b/2"), ("complex", "c/3"), ("ensemble", "d/4")) };
        TierPlan.Of(null, Tier.Standard, Specialist.None, settings, name => name != "b/2", "last").Models
            .ShouldBe([new("c/3", Tier.Complex, "stronger"), new("d/4", Tier.Ensemble, "stronger"), new("a/1", Tier.Simple, "weaker")]);
        TierPlan.Of(null, Tier.Complex, Specialist.None, settings, name => name is "a/1" or "b/2", "last").Models
            .ShouldBe([new("b/2", Tier.Standard, "weaker"), new("a/1", Tier.Simple, "weaker")]);
    }

    [Fact]
    public void With_no_key_at_all_the_default_answers() =>
        TierPlan.Of(null, Tier.Complex, Specialist.Empathy, Default, _ => false, "last").Models.ShouldBe([new RoutedModel("last", Tier.Complex, "default")]);

    [Fact]
    public void A_plan_names_each_model_once_and_not_more_than_four()
    {
        var plan = TierPlan.Of(null, Tier.Standard, Specialist.Tools, Default, _ => true, "last");
        plan.Models.Select(model => model.Model).ShouldBeUnique();
        plan.Models.Count.ShouldBe(4);
    }

    [Fact]
    public void An_upgrade_goes_to_the_next_tier_with_a_model_that_was_not_tried()
    {
        var from = TierPlan.Of(null, Tier.Simple, Specialist.None, Default, Only("openai/", "anthropic/"), "last");
        var second = TierPlan.Upgrade(from, [from.First.Model], Default, Only("openai/", "anthropic/")).ShouldNotBeNull();
        (second.Tier, second.First.Model).ShouldBe((Tier.Standard, "anthropic/claude-haiku-4-5"));
        var third = TierPlan.Upgrade(second, [from.First.Model, second.First.Model], Default, Only("openai/", "anthropic/")).ShouldNotBeNull();
        (third.Tier, third.First.Model).ShouldBe((Tier.Complex, "openai/gpt-4o"));
        TierPlan.Upgrade(third with { Tier = Tier.Ensemble }, [], Default, _ => true).ShouldBeNull();
    }

    private static Func<string, bool> Only(params string[] providers) => name => Array.Exists(providers, provider => name.StartsWith(provider, StringComparison.Ordinal));

    private static Dictionary<string, IReadOnlyList<string>> Rows(params (string Row, string Model)[] rows) =>
        rows.ToDictionary(row => row.Row, IReadOnlyList<string> (row) => [row.Model]);
}
