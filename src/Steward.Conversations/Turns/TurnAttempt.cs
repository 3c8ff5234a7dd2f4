using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Steward.Conversations.Live;
using Steward.Platform.Sealing;
using Steward.Platform.Telemetry;

namespace Steward.Conversations.Turns;

/// <summary>One attempt: opens what was stored, lets the author write, and ends it by a commit, a retry or a dead letter.</summary>
internal sealed partial class TurnAttempt(
    IReplyAuthor author, ISealing sealing, ToolStore tools, TurnEnding ending, LiveHub hub, SnapshotWriter snapshots, TurnReports reports, ConversationSettings settings,
    TimeProvider time, ILogger<TurnAttempt> log)
{
    /// <summary>The next turn or attempt to run, or null when the conversation is done with for now. Throws <see cref="TurnLostException"/>.</summary>
    public async Task<TurnClaim?> RunAsync(RunningTurn turn, ReadyTurn ready)
    {
        var (claim, started) = (turn.Claim, time.GetUtcNow());
        try
        {
            return await RunAsync(turn, claim, ready, started);
        }
        catch (Exception ended) when (ended is TurnLostException || (ended is OperationCanceledException && turn.Cancelled.IsCancellationRequested))
        {
            reports.Ended(turn.Key, claim, turn.Stopping ? "returned" : "superseded", started);
            throw;
        }
    }

    private async Task<TurnClaim?> RunAsync(RunningTurn turn, TurnClaim claim, ReadyTurn ready, DateTimeOffset started)
    {
        using var activity = StewardTelemetry.Source.StartActivity("turn");
        activity?.SetTag("steward.conversation.id", claim.ConversationId).SetTag("steward.turn.id", claim.TurnId).SetTag("steward.turn.attempt", claim.Claims);
        TurnDecision decision;
        TurnBrief brief;
        try
        {
            var sealer = await sealing.ForAsync(turn.Key.Tenant, turn.Cancelled);
            var made = ready.Context.HasTools ? await tools.ListAsync(turn.Key, ready.Context.Answered, sealer, turn.Cancelled) : [];
            brief = ready.Context.Open(turn.Key.Tenant, sealer, claim, ready.Received, made, started);
            var output = new TurnOutput(turn, claim, made, tools, hub, snapshots, time);
            decision = await author.WriteAsync(brief, output, turn.Cancelled);
            turn.Cancelled.ThrowIfCancellationRequested();
            if (decision.Text is null && decision.Action != TurnAction.Handoff)
            {
                throw new AuthorFailedException("author.no_text");
            }
        }
        catch (Exception failure) when (failure is not TurnLostException && !turn.Cancelled.IsCancellationRequested)
        {
            return await RetryAsync(turn, failure);
        }

        try
        {
            var next = await ending.CommitAsync(turn, claim, brief, decision, started);
            reports.Committed(turn.Key, claim, brief, decision);
            return next;
        }
        catch (Exception failure) when (failure is not TurnLostException && !Outcomes.IsUnknown(failure))
        {
            // What another room wanted stored was refused; nothing of this attempt is in the database.
            return await RetryAsync(turn, failure);
        }
    }

    private async Task<TurnClaim?> RetryAsync(RunningTurn turn, Exception failure)
    {
        var claim = turn.Claim;
        var code = failure is AuthorFailedException known ? known.Code : "author.failed";
        AttemptFailed(log, failure, claim.ConversationId, claim.Claims, code);
        var next = await ending.FailAsync(turn.Key, claim, code);
        if (next is null)
        {
            return null;
        }

        hub.Reset(turn.Key, claim.TurnId, claim.Epoch, "retry");
        turn.Advance(next);
        var pauses = settings.AttemptPauses;
        await Task.Delay(pauses.Count == 0 ? TimeSpan.Zero : pauses[Math.Min(next.Claims - 2, pauses.Count - 1)], time, turn.Cancelled);
        return next;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Attempt {Attempt} of a turn of conversation {Conversation} failed: {Code}")]
    private static partial void AttemptFailed(ILogger log, Exception failure, Guid conversation, int attempt, string code);
}
