using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.AI;

namespace Steward.Models.Tests.Tools;

public sealed class ToolLoopTests
{
    private static readonly AITool[] Offered = [new Book()];
    private static readonly ToolLoopLimits Limits = new(Rounds: 3, Calls: 5, Faults: 2);

    [Fact]
    public void An_answer_without_calls_ends_the_loop() =>
        ToolLoop.Next(default, Limits, Offered, new ChatResponse(new ChatMessage(ChatRole.Assistant, "Done."))).ShouldBeOfType<ToolLoopStep.Answered>();

    [Fact]
    public void Good_calls_are_run_and_bad_ones_are_told_what_to_change()
    {
        var step = ToolLoop.Next(default, Limits, Offered, Calls(("a", "book", Arguments(2)), ("b", "book", Arguments(0)), ("c", "cancel", Arguments(1))))
            .ShouldBeOfType<ToolLoopStep.Run>();
        step.Accepted.ShouldHaveSingleItem().CallId.ShouldBe("a");
        step.Calls.Select(call => call.Fault).ShouldBe([ToolFault.None, ToolFault.ArgumentsMismatch, ToolFault.UnknownTool]);
        var refusals = step.Refusals.ToList();
        refusals[0].CallId.ShouldBe("b");
        refusals[0].Result!.ToString()!.ShouldContain("/people: must be at least 1.");
        refusals[1].Result!.ToString()!.ShouldContain("There is no tool named 'cancel'");
        step.State.ShouldBe(new ToolLoopState(1, 3, 2));
    }

    [Theory]
    [InlineData(3, 0, 0, "rounds")]
    [InlineData(0, 5, 0, "calls")]
    [InlineData(1, 1, 2, "faults")]
    public void Each_bound_ends_the_loop(int rounds, int calls, int faults, string bound)
    {
        var people = bound == "faults" ? 0 : 2;
        ToolLoop.Next(new ToolLoopState(rounds, calls, faults), Limits, Offered, Calls(("a", "book", Arguments(people))))
            .ShouldBeOfType<ToolLoopStep.Exhausted>().Bound.ShouldBe(bound);
    }

    [Fact]
    public void Whatever_a_model_does_the_loop_ends_within_its_bounds() => Check.One(Config.QuickThrowOnFailure, Prop.ForAll(
        Gen.Choose(0, 4).ListOf(50).ToArbitrary(), answers =>
        {
            var (state, run) = (default(ToolLoopState), 0);
            foreach (var count in answers)
            {
                var answer = Calls([.. Enumerable.Range(0, count).Select(i => ($"c{i}", i == 3 ? "unknown" : "book", Arguments(i)))]);
                if (ToolLoop.Next(state, Limits, Offered, answer) is not ToolLoopStep.Run step) break;
                run += step.Accepted.Count();
                state = step.State;
            }

            return run <= Limits.Calls && state.Rounds <= Limits.Rounds && state.Calls <= Limits.Calls && state.Faults <= Limits.Faults;
        }));

    private static Dictionary<string, object?> Arguments(int people) => new() { ["people"] = people };

    private static ChatResponse Calls(params (string Id, string Name, Dictionary<string, object?> Arguments)[] calls) =>
        new(new ChatMessage(ChatRole.Assistant, [.. calls.Select(call => new FunctionCallContent(call.Id, call.Name, call.Arguments))]));

    private sealed class Book : AIFunctionDeclaration
    {
        public override string Name => "book";
        public override JsonElement JsonSchema { get; } = JsonElement.Parse(
            """{"type":"object","properties":{"people":{"type":"integer","minimum":1}},"required":["people"],"additionalProperties":false}""");
    }
}
