using Microsoft.Extensions.AI;
using Steward.Assistants.Configuration;
using Steward.Conversations;
using Steward.Models;
using Steward.Testing;

namespace Steward.Assistants.Tests.Turns;

/// <summary>Turns that give an answer written for another, through the author.</summary>
public sealed class AnswerCacheTests(PostgresServer server)
{
    private const string Price = "A city bike costs 18 euros per day [1].";
    private static readonly AssistantSettings On = new() { AnswerCacheMinutes = 60 };

    [Fact]
    public async Task The_same_question_of_another_contact_gets_the_same_answer_with_its_sources_at_no_cost()
    {
        await using var author = await KnowingAsync();
        var first = await author.AnswerAsync("How much is a bike?");
        var second = await author.AnswerAsync("  how much  is a BIKE ");

        author.Models.Called.Count.ShouldBe(1);
        second.Text.ShouldBe(first.Text);
        second.Citations.ShouldBe(first.Citations);
        (first.CostUsd, second.CostUsd).ShouldBe((0.02m, 0m));
        second.LowConfidence.ShouldBeFalse();
        second.Title.ShouldBe("How much  is a BIKE");
        second.TraceJson.ShouldContain("\"reused\":{");
        second.TraceJson.ShouldContain("\"savedUsd\":0.02");
        author.Output.Seen[^1].ShouldBe(first.Text);
        author.Settle(second).Reused.ShouldHaveSingleItem().SavedUsd.ShouldBe(0.02m);
        author.Settle(first).Reused.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Without_the_setting_every_question_is_written_anew()
    {
        await using var author = await KnowingAsync(new());
        await author.AnswerAsync("How much is a bike?");
        await author.AnswerAsync("How much is a bike?");
        author.Models.Called.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("Ada here, how much is a bike?")]
    [InlineData("How much is a bike? Write to ada@example.com")]
    [InlineData("How much is a bike? My card is 4111 1111 1111 1111")]
    public async Task A_question_that_says_who_asks_is_neither_kept_nor_looked_for(string question)
    {
        await using var author = await KnowingAsync();
        author.Contact = new(Guid.NewGuid(), "Ada", "ada@example.com", "en", true);
        await author.AnswerAsync(question);
        author.Contact = null;
        await author.AnswerAsync(question);
        author.Cache.Count.Kept.ShouldBe(question.Contains("Ada here", StringComparison.Ordinal) ? 1 : 0);
        author.Models.Called.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Masking_changes_nothing_where_nothing_is_masked_and_keeps_nothing_where_something_is()
    {
        await using var author = await KnowingAsync();
        author.Masking.On = true;
        await author.AnswerAsync("How much is a bike? My mail is ada@example.com.");
        author.Cache.Count.Kept.ShouldBe(0);
        await author.AnswerAsync("How much is a bike?");
        (await author.AnswerAsync("How much is a bike?")).CostUsd.ShouldBe(0);
        author.Models.Called.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_question_with_something_said_before_is_written_anew()
    {
        await using var author = await KnowingAsync();
        await author.AnswerAsync("How much is a bike?");
        await author.AnswerAsync(0, [new(Guid.NewGuid(), 1, MessageAuthor.Contact, "I am 12 years old.", default)], ["How much is a bike?"]);
        author.Models.Called.Count.ShouldBe(2);
    }

    [Fact]
    public async Task What_changes_in_the_knowledge_changes_the_answer_at_once()
    {
        await using var author = await KnowingAsync();
        await author.AnswerAsync("How much is a bike?");
        author.Knowledge.Forget().Knows("bike", 0.95, "A city bike costs 20 euros per day.");
        author.Says("A city bike costs 20 euros per day [1].");
        (await author.AnswerAsync("How much is a bike?")).Text!.ShouldContain("20 euros");
        author.Knowledge.Knows("much", 0.95, "Students pay half.");
        await author.AnswerAsync("How much is a bike?");
        author.Models.Called.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_changed_assistant_and_a_passed_lifetime_write_anew()
    {
        await using var author = await KnowingAsync();
        await author.AnswerAsync("How much is a bike?");
        author.Time.Advance(TimeSpan.FromMinutes(59));
        (await author.AnswerAsync("How much is a bike?")).CostUsd.ShouldBe(0);
        author.Time.Advance(TimeSpan.FromMinutes(1));
        await author.AnswerAsync("How much is a bike?");
        author.Models.Called.Count.ShouldBe(2);
        await author.ChangeAsync(On with { Tone = Tone.Formal });
        await author.AnswerAsync("How much is a bike?");
        author.Models.Called.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData("Perhaps it is 99 euros.")]
    [InlineData("A city bike costs 18 euros per day.")]
    public async Task An_answer_that_is_not_sure_or_cites_nothing_is_not_kept(string said)
    {
        await using var author = await KnowingAsync();
        author.Says(said);
        await author.AnswerAsync("How much is a bike?");
        author.Cache.Count.ShouldBe((0, 0, 0));
    }

    [Fact]
    public async Task An_answer_of_a_model_that_stepped_in_is_not_kept()
    {
        await using var author = await KnowingAsync(On with { Model = "test/broken", Fallbacks = ["test/large"] });
        author.Streams("test/broken", [], new ModelFailedException(FailureKind.Overloaded, "No."));
        (await author.AnswerAsync("How much is a bike?")).Model.ShouldBe("test/large");
        author.Cache.Count.ShouldBe((0, 0, 0));
    }

    [Fact]
    public async Task Another_tenant_with_the_same_words_and_passages_shares_nothing()
    {
        await using var one = await KnowingAsync();
        await using var other = await KnowingAsync(sharing: one);
        other.Knowledge.SameAs(one.Knowledge);
        await one.AnswerAsync("How much is a bike?");
        await other.AnswerAsync("How much is a bike?");
        other.Models.Called.Count.ShouldBe(1);
        one.Cache.Count.Kept.ShouldBe(2);
    }

    [Fact]
    public async Task Fifty_who_ask_the_same_at_once_are_one_call()
    {
        await using var author = await KnowingAsync();
        var open = author.Holds(Price);
        var turns = Enumerable.Range(0, 50).Select(_ => author.AnswerAsync("How much is a bike?")).ToList();
        await author.WaitingAsync(1, others: 49);
        open.SetResult();
        var decisions = await Task.WhenAll(turns);
        author.Models.Called.Count.ShouldBe(1);
        decisions.Select(decision => decision.Text).Distinct().ShouldHaveSingleItem();
        decisions.Sum(decision => decision.CostUsd).ShouldBe(0.02m);
    }

    [Fact]
    public async Task When_the_one_who_writes_fails_the_others_go_on_by_themselves_and_do_not_see_its_error()
    {
        await using var author = await KnowingAsync(On with { Fallbacks = [] });
        var open = author.Holds(Price, failFirst: true);
        var turns = Enumerable.Range(0, 5).Select(_ => author.AnswerAsync("How much is a bike?")).ToList();
        await author.WaitingAsync(1, others: 4);
        open.SetResult();
        var ended = await Task.WhenAll(turns.Select(async turn => await Record.ExceptionAsync(() => turn)));
        ended.Count(error => error is AuthorFailedException).ShouldBe(1);
        ended.Count(error => error is null).ShouldBe(4);
        author.Models.Called.Count.ShouldBe(5);
        author.Cache.Count.InFlight.ShouldBe(0);
    }

    [Fact]
    public async Task When_the_turn_that_writes_is_called_off_another_takes_the_lead()
    {
        await using var author = await KnowingAsync();
        using var superseded = new CancellationTokenSource();
        var open = author.Holds(Price);
        var first = author.AnswerAsync(0, ["How much is a bike?"], superseded.Token);
        await author.WaitingAsync(1);
        var others = Enumerable.Range(0, 5).Select(_ => author.AnswerAsync("How much is a bike?")).ToList();
        await author.WaitingAsync(1, others: 5);
        await superseded.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => first);
        await author.WaitingAsync(2, others: 4);
        open.SetResult();
        (await Task.WhenAll(others)).Count(decision => decision.CostUsd > 0).ShouldBe(1);
        author.Models.Called.Count.ShouldBe(2);
    }

    [Fact]
    public async Task One_who_waits_and_is_called_off_leaves_the_others_alone()
    {
        await using var author = await KnowingAsync();
        using var superseded = new CancellationTokenSource();
        var open = author.Holds(Price);
        var first = author.AnswerAsync("How much is a bike?");
        await author.WaitingAsync(1);
        var waits = author.AnswerAsync(0, ["How much is a bike?"], superseded.Token);
        await author.WaitingAsync(1, others: 1);
        await superseded.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => waits);
        author.Cache.Count.ShouldBe((0, 1, 0));
        open.SetResult();
        (await first).Text.ShouldBe(Price);
        author.Models.Called.Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_answer_goes_when_the_contact_is_erased_who_asked_first()
    {
        await using var author = await KnowingAsync();
        author.Contact = new(Guid.NewGuid(), null, null, "en", false);
        await author.AnswerAsync("How much is a bike?");
        author.Gone.Erase(author.Tenant, author.Contact.Id);
        author.Cache.Count.Kept.ShouldBe(0);
        await author.AnswerAsync("How much is a bike?");
        author.Cache.Count.Kept.ShouldBe(0);
    }

    private async Task<Author> KnowingAsync(AssistantSettings? settings = null, Author? sharing = null)
    {
        var author = (await Author.CreateAsync(server, settings ?? On, sharing)).Says(Price);
        author.Models.Costs["test/large"] = 0.02m;
        return author;
    }
}
