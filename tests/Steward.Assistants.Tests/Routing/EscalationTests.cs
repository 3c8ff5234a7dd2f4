using FsCheck;
using FsCheck.Fluent;
using Steward.Assistants.Checking;
using Steward.Assistants.Deciding;
using Steward.Assistants.Routing;
using Steward.Conversations;

namespace Steward.Assistants.Tests.Routing;

public sealed class EscalationTests
{
    private static readonly EscalationState Ready = new(Made: 1, Allowed: 2, SpentUsd: 0.10m, CeilingUsd: 0.54m, Saving: false, OpenTools: false, HasStronger: true, NextUsd: 0.44m);

    [Fact]
    public void A_draft_of_low_confidence_is_tried_again_up_to_the_ceiling_exactly() => Stop(Unsure, Ready).ShouldBeNull();

    [Fact]
    public void The_last_cent_over_the_ceiling_is_not_spent() => Stop(Unsure, Ready with { NextUsd = 0.4400000001m }).ShouldBe("ceiling");

    [Fact]
    public void Not_more_often_than_allowed() => Stop(Unsure, Ready with { Made = 3 }).ShouldBe("attempts");

    [Fact]
    public void Not_without_a_stronger_model() => Stop(Unsure, Ready with { HasStronger = false }).ShouldBe("top");

    [Fact]
    public void Not_on_a_model_whose_cost_nobody_can_bound() => Stop(Unsure, Ready with { NextUsd = null }).ShouldBe("unpriced");

    [Fact]
    public void Not_while_a_budget_asks_to_save() => Stop(Unsure, Ready with { Saving = true }).ShouldBe("budget");

    [Fact]
    public void Not_while_nobody_knows_what_came_of_a_tool_call() => Stop(Unsure, Ready with { OpenTools = true }).ShouldBe("tool");

    [Fact]
    public void A_sure_draft_ends_the_turn() => Stop(Unsure, Ready, low: false).ShouldBe("sure");

    [Fact]
    public void A_rule_that_withheld_a_draft_is_no_matter_of_strength() => Stop(Unsure with { Violation = Violation.RestrictedTopic }, Ready).ShouldBe("ruled");

    [Theory]
    [InlineData(0.9, null)]
    [InlineData(0.2, "ruled")]
    public void A_model_that_asks_for_a_person_is_believed_where_the_search_found_nothing_either(double answerability, string? stop) =>
        Stop(Unsure with { Wish = TurnAction.Handoff }, Ready, answerability: answerability).ShouldBe(stop);

    [Fact]
    public void Whatever_happens_a_turn_stays_under_its_ceiling_and_makes_three_attempts_at_most() =>
        Prop.ForAll(Gen.Choose(0, 80).ArrayOf(6).ToArbitrary(), Gen.Choose(0, 60).ToArbitrary(), (cents, ceiling) =>
        {
            var (spent, made) = (cents[0] / 100m, 1);
            while (Stop(Unsure, Ready with { Made = made, SpentUsd = spent, CeilingUsd = ceiling / 100m, NextUsd = cents[made] / 100m }) is null)
            {
                spent += cents[made] / 100m;
                made++;
                spent.ShouldBeLessThanOrEqualTo(ceiling / 100m);
            }

            made.ShouldBeLessThanOrEqualTo(3);
        }).QuickCheckThrowOnFailure();

    private static Draft Unsure => new("Perhaps.", TurnAction.Reply, null, Violation.None, new(0.4, 0.9, 0.2, 0), Partial: false);

    private static string? Stop(Draft draft, EscalationState state, bool low = true, double answerability = 0.9) =>
        Escalation.StopOf(draft, new(TurnAction.Ask, "", low, false, null), answerability, 0.7, () => state);
}
