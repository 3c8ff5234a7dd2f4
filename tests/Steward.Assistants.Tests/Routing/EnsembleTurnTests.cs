using System.Text.Json;
using Microsoft.Extensions.AI;
using Steward.Assistants.Tests.Turns;
using Steward.Conversations;
using Steward.Models;
using Steward.Testing;

namespace Steward.Assistants.Tests.Routing;

/// <summary>What a turn makes of a vote; how members vote is the gateway's matter.</summary>
public sealed class EnsembleTurnTests(PostgresServer server)
{
    private const string Sure = "A city bike costs 18 euros per day [1].";

    [Fact]
    public async Task The_winner_is_named_the_agreement_counts_and_the_trace_keeps_every_vote()
    {
        await using var author = await VotingAsync(0.9, divided: false);
        var decision = await author.AnswerAsync("How much is a bike?");

        (decision.Action, decision.Text, decision.Model).ShouldBe((TurnAction.Reply, Sure, "b/second"));
        var trace = JsonElement.Parse(decision.TraceJson);
        var figures = trace.GetProperty("confidence");
        figures.GetProperty("agreement").GetDouble().ShouldBe(0.9);
        var before = Math.Round((0.3 * figures.GetProperty("answerability").GetDouble()) + (0.7 * figures.GetProperty("support").GetDouble()), 4);
        decision.Confidence.ShouldBe((0.8 * before) + (0.2 * 0.9), 0.0002);
        var votes = trace.GetProperty("ensemble").GetProperty("votes");
        votes.EnumerateArray().Select(vote => (vote.GetProperty("model").GetString(), vote.GetProperty("outcome").GetString())).ShouldBe([("a/first", "voted"), ("b/second", "won"), ("c/third", "late")]);
        (votes[1].GetProperty("similarity").GetDouble(), votes[1].GetProperty("costUsd").GetDecimal(), votes[1].GetProperty("answerTokens").GetInt64()).ShouldBe((0.8, 0.002m, 20));
        (await author.AttemptRowsAsync(decision)).ShouldHaveSingleItem().Model.ShouldBe("ensemble");
    }

    [Fact]
    public async Task Members_that_do_not_agree_make_a_reply_of_low_confidence_however_well_it_is_supported()
    {
        await using var author = await VotingAsync(0.69, divided: true);
        var decision = await author.AnswerAsync("How much is a bike?");
        decision.Confidence.ShouldBeGreaterThan(0.7);
        (decision.Action, decision.LowConfidence).ShouldBe((TurnAction.Ask, true));
        decision.Text.ShouldNotBeNull().ShouldNotContain("18 euros");
    }

    [Fact]
    public async Task One_member_that_answered_alone_counts_neither_for_nor_against_its_answer()
    {
        await using var alone = await VotingAsync(null, divided: false);
        await using var single = (await Author.CreateAsync(server)).Says(Sure);
        (await alone.AnswerAsync("How much is a bike?")).Confidence.ShouldBe((await single.AnswerAsync("How much is a bike?")).Confidence);
    }

    [Fact]
    public async Task The_wishes_of_a_turn_are_declared_as_tools_that_nobody_executes()
    {
        await using var author = await VotingAsync(0.9, divided: false);
        var client = author.Models.Client("ensemble");
        var (stream, seen) = (client.Stream!, (ChatOptions?)null);
        client.Stream = (messages, options, ct) => stream(messages, seen = options, ct);
        await author.AnswerAsync("How much is a bike?");
        seen!.Tools!.Count.ShouldBe(2);
        seen.AdditionalProperties!.ShouldContainKey("steward.wishes");
    }

    private async Task<Author> VotingAsync(double? agreement, bool divided)
    {
        var author = await Author.CreateAsync(server, new() { Model = "auto" });
        author.Router.Ladder[Tier.Simple] = "ensemble";
        var vote = new EnsembleVote("b/second", agreement, agreement, agreement is null ? null : BuiltInModelNames.Hash, divided,
            [new("a/first", VoteOutcome.Voted, null, 0.7, 100, 20, 0.001m, 5), new("b/second", VoteOutcome.Won, null, 0.8, 100, 20, 0.002m, 6), new("c/third", VoteOutcome.Late, null, null, 100, 0, 0.001m, 20_000)]);
        return author.Streams("ensemble", [new(ChatRole.Assistant, Sure), new(ChatRole.Assistant, []) { AdditionalProperties = new() { ["steward.vote"] = vote } }]);
    }
}
