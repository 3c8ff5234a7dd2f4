using System.Text.Json;
using Microsoft.Extensions.AI;
using Steward.Assistants.Tests.Turns;
using Steward.Conversations;
using Steward.Models;
using Steward.Testing;

namespace Steward.Assistants.Tests.Routing;

public sealed class RoutedTurnTests(PostgresServer server)
{
    private const string Unsure = "Submarines are forbidden on Mondays.";
    private const string Sure = "A city bike costs 18 euros per day [1].";

    [Fact]
    public async Task A_named_model_is_not_routed_and_leaves_no_attempt()
    {
        await using var author = (await Author.CreateAsync(server)).Says(Sure);
        var decision = await author.AnswerAsync("How much is a bike?");
        author.Router.Asked.ShouldBeEmpty();
        Trace(decision).TryGetProperty("routing", out _).ShouldBeFalse();
        (await author.AttemptRowsAsync(decision)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Auto_asks_the_router_with_the_words_the_mood_and_the_depth_and_the_trace_says_why()
    {
        await using var author = await Author.CreateAsync(server, new() { Model = "auto" });
        author.Streams("test/small", Text(Sure));

        var decision = await author.AnswerAsync(0, [new(Guid.NewGuid(), 1, MessageAuthor.Contact, "hi", default), new(Guid.NewGuid(), 2, MessageAuthor.Assistant, "Hello!", default)], ["I am furious, how much is a bike?"]);

        (decision.Action, decision.Model).ShouldBe((TurnAction.Reply, "test/small"));
        author.Output.Seen.ShouldNotBeEmpty();
        var (name, question) = author.Router.Asked.ShouldHaveSingleItem();
        (name, question.Text, question.Sentiment, question.HistoryDepth).ShouldBe(("auto", "I am furious, how much is a bike?", 0.25, 2));
        var trace = Trace(decision);
        trace.GetProperty("routing").GetProperty("why").GetProperty("score").GetDouble().ShouldBe(0.1);
        trace.GetProperty("routing").GetProperty("models")[0].GetProperty("because").GetString().ShouldBe("asked");
        trace.GetProperty("attempts")[0].GetProperty("stoppedBy").GetString().ShouldBe("sure");
    }

    [Fact]
    public async Task The_installations_default_may_be_auto()
    {
        await using var author = await Author.CreateAsync(server);
        author.Models.Default = "auto";
        author.Streams("test/small", Text(Sure));
        (await author.AnswerAsync("How much is a bike?")).Model.ShouldBe("test/small");
    }

    [Fact]
    public async Task An_unsure_reply_is_written_again_by_the_next_tier_and_nothing_of_the_first_is_seen()
    {
        await using var author = await Author.CreateAsync(server, new() { Model = "auto", Escalations = 2 });
        author.Streams("test/small", Text(Unsure)).Streams("test/medium", Text(Sure));
        (author.Models.Costs["test/small"], author.Models.Costs["test/medium"]) = (0.001m, 0.02m);

        var decision = await author.AnswerAsync("How much is a bike?");

        (decision.Action, decision.Text, decision.Model, decision.CostUsd).ShouldBe((TurnAction.Reply, Sure, "test/medium", 0.021m));
        author.Output.Seen.ShouldBeEmpty();
        author.Models.Called.ShouldBe(["test/small", "test/medium"]);
        (await author.AttemptRowsAsync(decision)).ShouldBe([(1, "simple", "test/small", 0.001m, null), (2, "standard", "test/medium", 0.02m, "sure")]);
        author.Spend.Settled.Count.ShouldBe(2);
    }

    [Fact]
    public async Task After_two_retries_the_turn_ends_as_an_unsure_one_does()
    {
        await using var author = await Author.CreateAsync(server, new() { Model = "auto", Escalations = 2 });
        author.Router.Ladder[Tier.Ensemble] = "test/all";
        author.Router.WorstCases["test/all"] = 0.01m;
        foreach (var model in (string[])["test/small", "test/medium", "test/large", "test/all"])
        {
            author.Streams(model, Text(Unsure));
        }

        var decision = await author.AnswerAsync("How much is a bike?");

        (decision.Action, decision.LowConfidence).ShouldBe((TurnAction.Ask, true));
        author.Models.Called.ShouldBe(["test/small", "test/medium", "test/large"]);
        (await author.AttemptRowsAsync(decision)).Select(row => row.StoppedBy).ShouldBe([null, null, "attempts"]);
    }

    [Fact]
    public async Task A_retry_that_could_pass_the_ceiling_is_not_made_and_the_first_attempt_is_shown_as_it_comes()
    {
        await using var author = await Author.CreateAsync(server, new() { Model = "auto", Escalations = 2, EscalationCeilingUsd = 0.04m });
        author.Streams("test/small", Text(Sure));
        var decision = await author.AnswerAsync("How much is a bike?");
        author.Models.Called.ShouldBe(["test/small"]);
        string.Concat(author.Output.Seen).ShouldContain("18 euros");
        (await author.AttemptRowsAsync(decision)).ShouldHaveSingleItem().StoppedBy.ShouldBe("sure");
    }

    [Fact]
    public async Task When_the_stronger_models_fail_what_the_first_said_stands()
    {
        await using var author = await Author.CreateAsync(server, new() { Model = "auto", Escalations = 1, Fallbacks = [] });
        author.Streams("test/small", Text(Unsure)).Streams("test/medium", [], new ModelFailedException(FailureKind.Overloaded, "busy"));
        author.Models.Costs["test/medium"] = 0.02m;
        var decision = await author.AnswerAsync("How much is a bike?");
        (decision.Action, decision.LowConfidence, decision.Model, decision.CostUsd).ShouldBe((TurnAction.Ask, true, "test/small", 0.02m));
        (await author.AttemptRowsAsync(decision)).ShouldHaveSingleItem().ShouldBe((1, "simple", "test/small", 0.02m, "failed"));
    }

    [Fact]
    public async Task Only_the_first_call_of_a_turn_settles_the_row_that_may_have_been_opened()
    {
        await using var author = await Author.CreateAsync(server, new() { Model = "auto", Escalations = 1 });
        author.Streams("test/small", [], new ModelFailedException(FailureKind.Overloaded, "busy"));
        author.Streams(BuiltInModelNames.Extractive, Text(Unsure)).Streams("test/medium", Text(Sure));
        await author.AnswerAsync("How much is a bike?");
        author.Models.Called.ShouldBe(["test/small", BuiltInModelNames.Extractive, "test/medium"]);
        author.Models.SpendIds.Select(id => id is not null).ShouldBe([true, false, false]);
    }

    private static IEnumerable<ChatResponseUpdate> Text(string text) => [new(ChatRole.Assistant, text)];

    private static JsonElement Trace(TurnDecision decision) => JsonElement.Parse(decision.TraceJson);
}
