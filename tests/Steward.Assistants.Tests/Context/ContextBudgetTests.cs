using FsCheck;
using FsCheck.Fluent;
using Steward.Assistants.Context;
using Steward.Conversations;
using Steward.Search.Tokens;

namespace Steward.Assistants.Tests.Context;

public sealed class ContextBudgetTests
{
    private sealed record Given(BriefMessage[] Current, BriefMessage[] History, RecalledPassage[] Passages, int Fixed, ContextLimits Limits);

    [Fact]
    public void The_budget_less_its_margin_is_passed_only_by_what_is_never_cut()
        => Check.QuickThrowOnFailure(Prop.ForAll(Givens.ToArbitrary(), given =>
        {
            var context = Assemble(given);

            var certain = Math.Min(given.Limits.HistoryNeverCut, Math.Min(given.History.Length, given.Limits.HistoryMessages));
            var neverCut = given.Fixed + given.Current.Sum(Cost) + given.History.TakeLast(certain).Sum(Cost);
            var used = given.Fixed + context.Current.Sum(Cost) + context.History.Sum(Cost) + context.Passages.Sum(Cost);
            WithMargin(given.Fixed, used).ShouldBeLessThanOrEqualTo(Math.Max(given.Limits.Tokens, WithMargin(given.Fixed, neverCut)));
            context.Sections.Sum(section => section.Tokens).ShouldBe(used);
        }));

    [Fact]
    public void The_newest_messages_and_the_best_passages_are_what_is_kept()
        => Check.QuickThrowOnFailure(Prop.ForAll(Givens.ToArbitrary(), given =>
        {
            var context = Assemble(given);

            context.Current.ShouldBe(given.Current);
            context.History.ShouldBe(given.History.TakeLast(context.History.Count));
            context.History.Count.ShouldBeInRange(Math.Min(given.Limits.HistoryNeverCut, Math.Min(given.History.Length, given.Limits.HistoryMessages)), given.Limits.HistoryMessages);
            context.Passages.Select(passage => passage.PassageId).ShouldBe(given.Passages.Take(context.Passages.Count).Select(passage => passage.PassageId));
            context.Passages.Select(passage => passage.N).ShouldBe(Enumerable.Range(1, context.Passages.Count));
            context.Sections.Single(section => section.Name == "passages").Cut.ShouldBe(given.Passages.Length - context.Passages.Count);
            context.Sections.Single(section => section.Name == "history").Cut.ShouldBe(given.History.Length - context.History.Count);
        }));

    [Fact]
    public void Passages_come_before_older_history()
    {
        var history = Enumerable.Range(0, 6).Select(i => Message(MessageAuthor.Contact, $"older message number {i} with a few words")).ToArray();
        var passages = new[] { Passage(new string('x', 40)), Passage(new string('y', 40)) };
        var need = history.TakeLast(2).Sum(Cost) + passages.Sum(Cost);

        var context = Assemble(new([], history, passages, 0, new((int)Math.Ceiling(WithMargin(0, need)), 10, 2_000, 2, 5)));

        context.Passages.Count.ShouldBe(2);
        context.History.Count.ShouldBe(2);
    }

    [Fact]
    public void Older_history_has_a_limit_of_its_own()
    {
        var history = Enumerable.Range(0, 8).Select(i => Message(MessageAuthor.Contact, $"message number {i}")).ToArray();

        var context = Assemble(new([], history, [], 0, new(100_000, 10, history.TakeLast(3).Sum(Cost), 1, 5)));

        context.History.Count.ShouldBe(3);
    }

    private static readonly Gen<string> Text = Gen.Select(Gen.Choose(0, 60), words => string.Join(' ', Enumerable.Repeat("word", words)));

    private static readonly Gen<Given> Givens =
        from current in Gen.ArrayOf(Text)
        from history in Gen.ArrayOf(Text)
        from passages in Gen.ArrayOf(Text)
        from fixedTokens in Gen.Choose(0, 400)
        from tokens in Gen.Choose(100, 2_000)
        from most in Gen.Choose(0, 12)
        from historyTokens in Gen.Choose(0, 600)
        from never in Gen.Choose(0, 5)
        from count in Gen.Choose(1, 8)
        select new Given(
            [.. current.Take(3).Select(text => Message(MessageAuthor.Contact, text))],
            [.. history.Select(text => Message(MessageAuthor.Assistant, text))],
            [.. passages.Select(Passage)],
            fixedTokens,
            new ContextLimits(tokens, most, historyTokens, Math.Min(never, most), count));

    private static AssembledContext Assemble(Given given)
        => ContextBudget.Assemble(given.Current, given.History, given.Passages, given.Fixed, given.Limits, TokenEstimator.Generic);

    private static BriefMessage Message(MessageAuthor author, string text) => new(Guid.NewGuid(), 1, author, text, default);

    private static RecalledPassage Passage(string text) => new(99, Guid.NewGuid(), default, default, "Title", null, text, 1);

    /// <summary>What to assume that a context costs: its fixed part is exact, the rest may be more than estimated.</summary>
    private static double WithMargin(int exact, int used) => exact + ((used - exact) * (1 + TokenEstimator.Generic.Margin));

    private static int Cost(BriefMessage message) => 4 + TokenEstimator.Generic.Count(message.Text);

    private static int Cost(RecalledPassage passage) => 8 + TokenEstimator.Generic.Count(passage.Title) + TokenEstimator.Generic.Count(passage.Text);
}
