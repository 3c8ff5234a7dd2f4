using Microsoft.Extensions.AI;
using Steward.Assistants.Understanding;
using Steward.Conversations;
using Steward.Models;
using Steward.Testing;

namespace Steward.Assistants.Tests.Turns;

/// <summary>A turn whose models a hard budget refuses.</summary>
public sealed class OverBudgetTests(PostgresServer server)
{
    private static readonly Phrases Said = Phrases.In("en");

    [Theory]
    [InlineData(FailureKind.SpendLimit, true)]
    [InlineData(FailureKind.Unpriced, true)]
    [InlineData(FailureKind.SpendLimit, false)]
    public async Task The_built_in_model_answers_from_the_knowledge_and_a_person_is_offered(FailureKind refusal, bool isFallback)
    {
        await using var author = (await Author.CreateAsync(server, isFallback ? null : new() { Fallbacks = [] })).Streams("test/large", [], then: new ModelFailedException(refusal, "No room."));
        author.Streams(BuiltInModelNames.Extractive, [new(ChatRole.Assistant, "A city bike costs 18 euros per day. [1]")]);

        var decision = await author.AnswerAsync("How much is a bike?");

        author.Models.Called.ShouldBe(["test/large", BuiltInModelNames.Extractive]);
        decision.Action.ShouldBe(TurnAction.Ask);
        decision.Text.ShouldBe($"A city bike costs 18 euros per day. [1]\n\n{Said.PersonOffered}");
        decision.Citations.ShouldHaveSingleItem().N.ShouldBe(1);
        decision.LowConfidence.ShouldBeTrue("a plain yes takes the offer");
        decision.Model.ShouldBe(BuiltInModelNames.Extractive);
        string.Concat(author.Output.Seen).ShouldBe(decision.Text);
    }

    [Fact]
    public async Task What_the_built_in_model_cannot_answer_is_said_with_the_offer_alone()
    {
        await using var author = (await Author.CreateAsync(server)).Streams("test/large", [], then: new ModelFailedException(FailureKind.SpendLimit, "No room."));
        author.Streams(BuiltInModelNames.Extractive, [new(ChatRole.Assistant, "I found nothing.")]);

        var decision = await author.AnswerAsync("Do you rent out kayaks?");

        (decision.Action, decision.Text).ShouldBe((TurnAction.Ask, Said.Unknown));
    }

    [Fact]
    public async Task A_provider_that_fails_is_not_taken_for_a_budget()
    {
        await using var author = (await Author.CreateAsync(server)).Streams("test/large", [], then: new ModelFailedException(FailureKind.Overloaded, "Busy."));
        author.Streams(BuiltInModelNames.Extractive, [new(ChatRole.Assistant, "A city bike costs 18 euros per day. [1]")]);

        var decision = await author.AnswerAsync("How much is a bike?");

        (decision.Action, decision.Text).ShouldBe((TurnAction.Reply, "A city bike costs 18 euros per day. [1]"));
    }

    [Fact]
    public async Task A_spent_soft_budget_of_the_assistant_asks_the_router_for_a_cheaper_model()
    {
        await using var author = await Author.CreateAsync(server, new() { Model = VirtualModels.Auto });
        author.Streams("test/small", [new(ChatRole.Assistant, "A city bike costs 18 euros per day [1].")]);
        author.Budgets.Verdict = BudgetVerdict.Cheaper;

        await author.AnswerAsync("How much is a bike?");

        author.Router.Asked.ShouldHaveSingleItem().Question.Cheaper.ShouldBeTrue();
    }
}
