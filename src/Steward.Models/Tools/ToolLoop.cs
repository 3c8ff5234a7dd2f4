using System.Runtime.InteropServices;
using Microsoft.Extensions.AI;

namespace Steward.Models;

/// <summary>What bounds a loop of tool calls.</summary>
/// <param name="Rounds">Most answers of the model that call tools.</param>
/// <param name="Calls">Most calls in all rounds, refused ones included.</param>
/// <param name="Faults">Most refused calls in all rounds.</param>
public sealed record ToolLoopLimits(int Rounds = 5, int Calls = 12, int Faults = 3);

/// <summary>Where a loop stands.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ToolLoopState(int Rounds, int Calls, int Faults);

/// <summary>What is to be done after an answer of the model.</summary>
public abstract record ToolLoopStep
{
    private ToolLoopStep()
    {
    }

    /// <summary>The model called nothing: its answer is the answer.</summary>
    public sealed record Answered : ToolLoopStep;

    /// <summary>Run the accepted calls, give the model their results together with those of the refused ones, and ask again.</summary>
    public sealed record Run(ToolLoopState State, IReadOnlyList<CheckedCall> Calls) : ToolLoopStep
    {
        public IEnumerable<FunctionCallContent> Accepted => Calls.Where(call => call.Accepted).Select(call => call.Call);

        /// <summary>The results of the calls that are not run.</summary>
        public IEnumerable<FunctionResultContent> Refusals => Calls.Where(call => !call.Accepted).Select(call => call.Refusal());
    }

    /// <summary>A bound is reached; nothing of this answer is run. <paramref name="Bound"/> is <c>rounds</c>, <c>calls</c> or <c>faults</c>.</summary>
    public sealed record Exhausted(string Bound) : ToolLoopStep;
}

/// <summary>Decides a loop of tool calls, without running anything. A model that goes in circles comes to an end: each bound counts over the
/// whole loop, and an answer that would pass one is not run in part.</summary>
public static class ToolLoop
{
    public static ToolLoopStep Next(ToolLoopState state, ToolLoopLimits limits, IReadOnlyList<AITool> tools, ChatResponse answer)
    {
        var calls = answer.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().ToList();
        if (calls.Count == 0) return new ToolLoopStep.Answered();
        var looked = calls.ConvertAll(call => ToolArguments.Check(tools, call));
        var next = new ToolLoopState(state.Rounds + 1, state.Calls + calls.Count, state.Faults + looked.Count(call => !call.Accepted));
        if (next.Rounds > limits.Rounds) return new ToolLoopStep.Exhausted("rounds");
        if (next.Calls > limits.Calls) return new ToolLoopStep.Exhausted("calls");
        return next.Faults > limits.Faults ? new ToolLoopStep.Exhausted("faults") : new ToolLoopStep.Run(next, looked);
    }
}
