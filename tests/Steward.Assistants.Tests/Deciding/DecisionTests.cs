using Steward.Assistants.Checking;
using Steward.Assistants.Configuration;
using Steward.Assistants.Deciding;
using Steward.Assistants.Understanding;
using Steward.Conversations;

namespace Steward.Assistants.Tests.Deciding;

public sealed class DecisionTests
{
    private static readonly Phrases Said = Phrases.In("en");

    [Fact]
    public void A_sure_draft_is_the_reply() => Of(Sure).ShouldBe(new(TurnAction.Reply, "Yes. [1]", false, true, null));

    [Fact]
    public void A_draft_that_leaves_a_question_open_is_kept_and_asks_back()
        => Of(Sure with { Partial = true }).ShouldBe(new(TurnAction.Ask, "Yes. [1]", false, true, null));

    [Fact]
    public void Exactly_at_the_threshold_is_sure() => Of(Sure with { Confidence = new(0.7, 0.7, 0.7, 0) }).Action.ShouldBe(TurnAction.Reply);

    [Theory]
    [InlineData(0, TurnAction.Ask)]
    [InlineData(1, TurnAction.Handoff)]
    [InlineData(5, TurnAction.Handoff)]
    public void An_unsure_draft_is_an_offer_first_and_a_person_then(int streak, TurnAction action)
    {
        var verdict = Of(Sure with { Confidence = new(0.69, 0.5, 0.9, 0) }, streak);

        verdict.Action.ShouldBe(action);
        verdict.LowConfidence.ShouldBeTrue();
        verdict.KeepsDraft.ShouldBeFalse();
        verdict.Text.ShouldBe(action == TurnAction.Ask ? Said.Unknown : Said.HandingOverUnsure);
        verdict.HandoffReason.ShouldBe(action == TurnAction.Handoff ? "low_confidence" : null);
    }

    [Fact]
    public void One_attempt_means_a_person_at_once()
        => Decision.Of(Sure with { Confidence = new(0, 0, 0, 0) }, new AssistantSettings { LowConfidenceAttempts = 1 }, 0, Said).Action.ShouldBe(TurnAction.Handoff);

    [Fact]
    public void Nothing_said_is_never_a_reply() => Of(Sure with { Text = "" }).Text.ShouldBe(Said.Unknown);

    [Theory]
    [InlineData("RestrictedTopic", "restricted_topic")]
    [InlineData("Secret", "output_withheld")]
    [InlineData("Instructions", "output_withheld")]
    public void What_may_not_be_said_is_replaced_whatever_the_confidence(string violation, string reason)
    {
        var draft = Sure with { Violation = Enum.Parse<Violation>(violation), Wish = TurnAction.Ask, WishText = "sure?" };

        Of(draft).ShouldBe(new(TurnAction.Ask, violation == "RestrictedTopic" ? Said.Restricted : Said.Unknown, true, false, null));
        Of(draft, streak: 1).ShouldBe(new(TurnAction.Handoff, Said.HandingOverUnsure, true, false, reason));
    }

    [Fact]
    public void A_wish_to_ask_is_a_question_back() => Of(Sure with { Wish = TurnAction.Ask, WishText = "Which bike?" }).ShouldBe(new(TurnAction.Ask, "Which bike?", false, false, null));

    [Theory]
    [InlineData(TurnAction.Ask)]
    [InlineData(TurnAction.Handoff)]
    public void A_wish_without_a_question_is_an_offer(TurnAction wish) => Of(Sure with { Wish = wish, WishText = "" }).Text.ShouldBe(Said.Unknown);

    [Theory]
    [InlineData("do you rent bikes?", "Do you rent bikes")]
    [InlineData("  line one\nline two ", "Line one line two")]
    [InlineData("???", "Conversation")]
    public void A_title_is_the_first_question(string message, string title) => Titles.Of(message).ShouldBe(title);

    [Fact]
    public void A_long_title_ends_at_a_word_and_never_inside_a_character()
    {
        Titles.Of(string.Join(' ', Enumerable.Repeat("word", 40))).ShouldBe(string.Join(' ', ["Word", .. Enumerable.Repeat("word", 11)]) + "…");
        foreach (var lead in new[] { "", "x" })
        {
            var title = Titles.Of(lead + string.Concat(Enumerable.Repeat("🚲", 60)));
            title.Length.ShouldBeLessThanOrEqualTo(60);
            title.EnumerateRunes().ShouldAllBe(rune => rune.Value != 0xFFFD);
        }
    }

    private static readonly Draft Sure = new("Yes. [1]", TurnAction.Reply, null, Violation.None, new(0.9, 0.9, 0.9, 0), Partial: false);

    private static Verdict Of(Draft draft, int streak = 0) => Decision.Of(draft, new AssistantSettings(), streak, Said);
}
