using Microsoft.Extensions.AI;
using Steward.Assistants.Prompting;
using Steward.Models;
using Steward.Testing;

namespace Steward.Assistants.Tests.Turns;

/// <summary>What of a turn is offered to shadow learning. The turns are routed, so that each stores something of its own.</summary>
public sealed class TaughtTurnTests(PostgresServer server)
{
    private const string Sure = "A city bike costs 18 euros per day [1].";

    [Fact]
    public async Task What_a_large_model_told_the_customer_is_offered_when_it_is_stored_and_not_before()
    {
        await using var author = await RoutedAsync(new(ChatRole.Assistant, Sure));
        var decision = await author.AnswerAsync("How much is a bike?");
        author.Shadow.Offered.ShouldBeEmpty();
        await author.AttemptRowsAsync(decision);
        var taught = author.Shadow.Offered.ShouldHaveSingleItem();
        (taught.Teacher, taught.Answer, taught.Intent).ShouldBe(("test/small", Sure, null));
        taught.Messages[^1].Text.ShouldContain("How much is a bike?");
    }

    [Fact]
    public async Task Nothing_is_learnt_from_a_reply_that_was_replaced() => await TeachesNothingAsync(new(ChatRole.Assistant, "Submarines are forbidden on Mondays."));

    [Fact]
    public async Task Nothing_is_learnt_from_a_question_back() => await TeachesNothingAsync(
        new(ChatRole.Assistant, [new FunctionCallContent("1", TurnTools.AskCustomer, new Dictionary<string, object?> { ["question"] = "Which bike?" })]));

    [Fact]
    public async Task Nothing_is_learnt_from_the_built_in_model() => await TeachesNothingAsync(new(ChatRole.Assistant, Sure), BuiltInModelNames.Extractive);

    private async Task TeachesNothingAsync(ChatResponseUpdate update, string model = "test/small")
    {
        await using var author = await RoutedAsync(update, model);
        var rows = await author.AttemptRowsAsync(await author.AnswerAsync("How much is a bike?"));
        rows.ShouldHaveSingleItem();
        author.Shadow.Offered.ShouldBeEmpty();
    }

    private async Task<Author> RoutedAsync(ChatResponseUpdate update, string model = "test/small")
    {
        var author = await Author.CreateAsync(server, new() { Model = "auto" });
        author.Router.Ladder[Tier.Simple] = model;
        return author.Streams(model, [update]);
    }
}
