using Steward.Assistants.Configuration;
using Steward.Assistants.Context;
using Steward.Assistants.Deciding;
using Steward.Assistants.Turns;
using Steward.Conversations;
using Steward.Models;
using Steward.Platform.Masking;

namespace Steward.Assistants.Reusing;

/// <summary>Which answers may be given to another contact. Strict: what is in doubt is not. Pure.</summary>
internal static class Reusable
{
    /// <summary>
    /// Whether the answer depends on nothing but the question and the knowledge: no history, no tool result, and nothing in the question that a masker takes for a personal value, whether
    /// or not the tenant masks.
    /// </summary>
    public static bool Asks(TurnBrief turn, AssistantSettings settings, AssembledContext context, KnownPerson writer) =>
        settings.AnswerCacheMinutes > 0
        && turn.History.Count == 0
        && context.History.Count == 0
        && turn.ToolCalls.Count == 0
        && context.Passages.Count > 0
        && turn.Unanswered.All(message => Masker.Find(message.Text, writer).Count == 0);

    /// <summary>Whether what was written may be given away: sure, whole, cited, by the model that was meant, at the first try.</summary>
    public static bool Gives(Drafted drafted, Verdict verdict, IReadOnlyList<Citation> citations, IReadOnlyList<CallResult> calls) =>
        verdict is { Action: TurnAction.Reply, KeepsDraft: true, LowConfidence: false, HandoffReason: null }
        && citations.Count > 0
        && drafted is { OverBudget: false, CutAtLimit: false, Open: false }
        && drafted.Model != BuiltInModelNames.Extractive
        && calls.All(call => call.Outcome == CallOutcome.Complete);
}
