using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Steward.Conversations.Live;
using Steward.Platform.Limits;
using Steward.Platform.Sealing;
using Steward.Platform.Telemetry;

namespace Steward.Conversations.Turns;

/// <summary>One attempt: opens what was stored, lets the author write, and ends it by a commit, a retry or a dead letter.</summary>
internal sealed partial class TurnAttempt(
    IReplyAuthor author, ITurnQuota quota, ISealing sealing, ToolStore tools, TurnEnding ending, LiveHub hub, SnapshotWriter snapshots, TurnReports reports, ConversationSettings settings,
    TimeProvider time, ILogger<TurnAttempt> log)
{
    /// <summary>The next turn or attempt to run, or null when the conversation is done with for now. Throws <see cref="TurnLostException"/>.</summary>
    public async Task<TurnClaim?> RunAsync(RunningTurn turn, ReadyTurn ready)
    {
        var (claim, started) = (turn.Claim, time.GetUtcNow());
        var use = new Use();
        try
        {
            return await RunAsync(turn, claim, ready, started, use);
        }
        catch (Exception ended) when (ended is TurnLostException || (ended is OperationCanceledException && turn.Cancelled.IsCancellationRequested))
        {
            reports.Ended(turn.Key, claim, turn.Stopping ? "returned" : "superseded", started);
            throw;
        }
        finally
        {
            // What was superseded or failed does not count.
            if (use is { Taken: { } taken, Made: false })
            {
                quota.PutBack(taken);
            }
        }
    }

    private async Task<TurnClaim?> RunAsync(RunningTurn turn, TurnClaim claim, ReadyTurn ready, DateTimeOffset started, Use use)
    {
        using var activity = StewardTelemetry.Source.StartActivity("turn");
        activity?.SetTag("steward.conversation.id", claim.ConversationId).SetTag("steward.turn.id", claim.TurnId).SetTag("steward.turn.attempt", claim.Claims);
        TurnDecision decision;
        TurnBrief brief;
        try
        {
            var sealer = await sealing.ForAsync(turn.Key.Tenant, turn.Cancelled);
            var made = ready.Context.HasTools ? await tools.ListAsync(turn.Key, ready.Context.Answered, sealer, turn.Cancelled) : [];
            use.Taken = await quota.TakeAsync(turn.Key.Tenant, turn.Cancelled);
            brief = ready.Context.Open(turn.Key.Tenant, sealer, claim, ready.Received, made, started) with { BeyondQuota = use.Taken is null };
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
            use.Made = true;
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

    /// <summary>The tenant's turn that an attempt took, and whether it made a reply of it.</summary>
    private sealed class Use
    {
        public TurnUse? Taken { get; set; }

        public bool Made { get; set; }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Attempt {Attempt} of a turn of conversation {Conversation} failed: {Code}")]
    private static partial void AttemptFailed(ILogger log, Exception failure, Guid conversation, int attempt, string code);
}
