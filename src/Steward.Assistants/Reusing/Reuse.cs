using Steward.Assistants.Turns;
using Steward.Conversations;
using Steward.Models;

namespace Steward.Assistants.Reusing;

/// <summary>Why a reply has an answer that was written for another turn; kept in the trace.</summary>
/// <param name="TurnId">The turn it was written for. The conversation it belongs to may be another contact's, so no more is said of it.</param>
/// <param name="SavedUsd">What writing it had cost.</param>
/// <param name="InFlight">It was being written when this turn asked.</param>
internal sealed record TracedReuse(Guid TurnId, decimal SavedUsd, bool InFlight);

/// <summary>A turn that gives an answer again: no call, no cost, the same words and sources. Pure.</summary>
internal static class Reuse
{
    public static TurnDecision Of(KeptAnswer kept, bool inFlight, TurnTrace trace, Guid? assistant, string? title, ISpend spend, DateTimeOffset now)
    {
        trace.Reused = new(kept.TurnId, kept.CostUsd, inFlight);
        trace.Confidence = kept.Confidence;
        trace.Decided = nameof(TurnAction.Reply);
        var reused = new ReusedAnswer(Guid.CreateVersion7(now), now, assistant, kept.Model, kept.CostUsd, inFlight);
        return new(
            TurnAction.Reply, kept.Text, kept.Citations, kept.Confidence.Value, LowConfidence: false, kept.Model, 0m, null, title, trace.ToJson(),
            [session => spend.AppendReused(session, reused)]);
    }
}
