using Steward.Assistants.Checking;
using Steward.Assistants.Deciding;
using Steward.Conversations;

namespace Steward.Assistants.Routing;

/// <summary>What a retry on a stronger model is weighed by.</summary>
/// <param name="Made">Attempts made so far, at least 1.</param>
/// <param name="Allowed">Retries the assistant allows.</param>
/// <param name="SpentUsd">What the attempts have cost.</param>
/// <param name="CeilingUsd">What a turn may cost.</param>
/// <param name="HasStronger">Whether a stronger tier has a model that was not tried.</param>
/// <param name="Saving">Whether a budget asked for a cheaper model: a stronger one would undo that.</param>
/// <param name="OpenTools">Whether the turn has a tool call of which nobody knows what came of it: it is not made again, and a person decides.</param>
/// <param name="NextUsd">What the next attempt costs at most; null when its model has no price.</param>
internal sealed record EscalationState(int Made, int Allowed, decimal SpentUsd, decimal CeilingUsd, bool Saving, bool OpenTools, bool HasStronger, decimal? NextUsd);

/// <summary>Whether a reply of low confidence is tried again on a stronger model. Pure.</summary>
internal static class Escalation
{
    public const string Sure = "sure";
    public const string Ruled = "ruled";
    public const string Used = "attempts";
    public const string Budget = "budget";
    public const string Tool = "tool";
    public const string Top = "top";
    public const string Unpriced = "unpriced";
    public const string Ceiling = "ceiling";
    public const string Failed = "failed";

    /// <summary>
    /// Whether a stronger model could do better: the draft was not sure enough. A rule that withheld it is no matter of strength, and a model that asks for a person is believed
    /// where the search found no answer either.
    /// </summary>
    public static bool IsWanted(Draft draft, Verdict verdict, double answerability, double threshold) =>
        verdict.LowConfidence && draft.Violation == Violation.None && (draft.Wish != TurnAction.Handoff || answerability >= threshold);

    /// <summary>Why no other attempt follows, or null when one does.</summary>
    public static string? StopOf(Draft draft, Verdict verdict, double answerability, double threshold, Func<EscalationState> state)
    {
        if (!IsWanted(draft, verdict, answerability, threshold))
        {
            return verdict.LowConfidence ? Ruled : Sure;
        }

        var now = state();
        return now.Made > now.Allowed ? Used
            : now.Saving ? Budget
            : now.OpenTools ? Tool
            : !now.HasStronger ? Top
            : now.NextUsd is not { } next ? Unpriced
            : now.SpentUsd + next > now.CeilingUsd ? Ceiling
            : null;
    }
}
