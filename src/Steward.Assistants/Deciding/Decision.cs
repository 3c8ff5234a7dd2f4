using Steward.Assistants.Checking;
using Steward.Assistants.Configuration;
using Steward.Assistants.Understanding;
using Steward.Conversations;

namespace Steward.Assistants.Deciding;

/// <summary>What the model did, as far as it matters for the decision.</summary>
/// <param name="Wish">A typed wish of the model, from a tool call: ask the customer or bring in a person; Reply otherwise.</param>
/// <param name="Partial">Some of several questions could not be answered: the reply says so, and a person is offered.</param>
internal sealed record Draft(string Text, TurnAction Wish, string? WishText, Violation Violation, ConfidenceFigures Confidence, bool Partial);

/// <summary>What the turn does.</summary>
internal sealed record Verdict(TurnAction Action, string Text, bool LowConfidence, bool KeepsDraft, string? HandoffReason);

/// <summary>Decides between a reply, a question back and a person. Typed inputs only, never read out of prose. Pure.</summary>
internal static class Decision
{
    /// <summary>What the built-in model wrote because a hard budget lets no other write: it stands, and a person is offered where it does not offer one itself. Of
    /// low confidence, so that a plain yes takes the offer.</summary>
    public static Verdict WithOffer(Verdict verdict, Phrases phrases) => verdict switch
    {
        { KeepsDraft: false } => verdict,
        { Action: TurnAction.Reply } => verdict with { Action = TurnAction.Ask, Text = $"{verdict.Text}\n\n{phrases.PersonOffered}", LowConfidence = true },
        _ => verdict with { LowConfidence = true },
    };

    public static Verdict Of(Draft draft, AssistantSettings settings, int lowConfidenceStreak, Phrases phrases)
    {
        if (draft.Violation == Violation.RestrictedTopic)
        {
            return Offer(phrases.Restricted, "restricted_topic");
        }

        if (draft.Violation != Violation.None)
        {
            return Offer(phrases.Unknown, "output_withheld");
        }

        if (draft.Wish == TurnAction.Ask && draft.WishText is { Length: > 0 } question)
        {
            return new(TurnAction.Ask, question, LowConfidence: false, KeepsDraft: false, null);
        }

        var sure = draft.Wish == TurnAction.Reply && draft.Text.Length > 0 && draft.Confidence.Value >= settings.ConfidenceThreshold && !draft.Confidence.Divided;
        return sure
            ? new(draft.Partial ? TurnAction.Ask : TurnAction.Reply, draft.Text, LowConfidence: false, KeepsDraft: true, null)
            : Offer(phrases.Unknown, "low_confidence");

        // An honest answer and an offer the first times; a person once it has happened often enough.
        Verdict Offer(string text, string reason) => lowConfidenceStreak + 1 >= settings.LowConfidenceAttempts
            ? new(TurnAction.Handoff, phrases.HandingOverUnsure, LowConfidence: true, KeepsDraft: false, reason)
            : new(TurnAction.Ask, text, LowConfidence: true, KeepsDraft: false, null);
    }
}
