using Steward.Conversations.Delivery;
using Steward.Conversations.Live;
using Steward.Platform.Events;
using Steward.Platform.Events.Records;
using Steward.Platform.Postgres;
using Steward.Platform.Sealing;

namespace Steward.Conversations.Turns;

/// <summary>How a turn ends: the commit and what is announced after it, the next attempt, or the dead letter.</summary>
internal sealed class TurnEnding(
    Database database, ISealing sealing, TurnStore store, LiveHub hub, INodeSignals signals, Carriers carriers, TurnReports reports, ConversationSettings settings,
    TimeProvider time)
{
    private static readonly TimeSpan[] Reconnects = [TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(1)];
    private const int MostReconnects = 60;

    /// <summary>Stores the decision behind the fence. Returns the next turn when the same statement claimed one. Throws <see cref="TurnLostException"/>.</summary>
    public async Task<TurnClaim?> CommitAsync(RunningTurn turn, TurnClaim claim, TurnBrief brief, TurnDecision decision, DateTimeOffset started)
    {
        var sealer = await sealing.ForAsync(turn.Key.Tenant, CancellationToken.None);
        var message = Guid.CreateVersion7();
        var pushes = decision.Text is not null && carriers.For(brief.ChannelKind) is not null;
        var row = new CommitRow(
            decision,
            brief.Unanswered[^1].Number,
            message,
            sealer.SealOrNull(Fields.Text(message), decision.Text),
            sealer.SealCitations(message, decision.Citations),
            decision.Action == TurnAction.Handoff ? decision.HandoffReason ?? "assistant" : null,
            brief.Title is null ? sealer.SealOrNull(Fields.Title(claim.ConversationId), decision.Title) : null,
            sealer.Seal(Fields.Trace(claim.TurnId), decision.TraceJson),
            started,
            Guid.CreateVersion7(),
            brief.AssistantId,
            pushes ? Guid.CreateVersion7() : null);

        var stored = await StoreAsync(turn, claim, row);
        Announce(turn.Key, claim, row, stored);
        if (pushes)
        {
            carriers.Raise();
        }

        return stored.NextTurn is { } next
            ? new TurnClaim(claim.ConversationId, next, stored.Epoch, 1, TurnPhase.Gathering, stored.FirstLeft ?? stored.At, claim.ChannelKind)
            : null;
    }

    /// <summary>The next attempt, or null once the turn is buried. Throws <see cref="TurnLostException"/>.</summary>
    public async Task<TurnClaim?> FailAsync(ConversationKey key, TurnClaim claim, string code)
    {
        var failed = await store.FailAsync(key.Tenant, claim, CancellationToken.None);
        if (failed.Outcome == ClaimOutcome.Claimed)
        {
            return failed.Claim;
        }

        await BuryAsync(key, claim, code);
        return null;
    }

    /// <summary>A dead letter: the contact is told, and the conversation waits for a person.</summary>
    public async Task BuryAsync(ConversationKey key, TurnClaim claim, string code)
    {
        var sealer = await sealing.ForAsync(key.Tenant, CancellationToken.None);
        var message = Guid.CreateVersion7();
        var pushes = carriers.For(claim.ChannelKind) is not null;
        var session = database.For(key.Tenant);
        var buried = TurnStore.Bury(session, claim, code, message, sealer.Seal(Fields.Text(message), settings.DeadLetterText), pushes ? Guid.CreateVersion7() : null);
        session.Record(new Platform.Events.Records.TurnFailed(key.Id, claim.TurnId, code));
        session.Record(new HandoffRequested(key.Id, code));
        await TurnStore.Fenced(session.SendAsync(CancellationToken.None));

        var stored = buried.Value!;
        Counters.Said(MessageAuthor.System);
        reports.Ended(key, claim, "failed", claim.FirstUnanswered, code);
        var said = new MessageView(message, stored.ReplyNumber!.Value, MessageAuthor.System, null, settings.DeadLetterText, stored.At, null, claim.TurnId, [], null, null, null, null);
        hub.Tell(key, new Conversations.TurnFailed(key.Id, claim.TurnId, code));
        hub.Answer(key, long.MaxValue, stored.Epoch, LiveHub.WithPeople, said);
        hub.Tell(key, new HandoffChanged(key.Id, "waiting", null));
        signals.Send(SignalKind.Stored, key, stored.Epoch);
        if (pushes)
        {
            carriers.Raise();
        }
    }

    private async Task<Committed> StoreAsync(RunningTurn turn, TurnClaim claim, CommitRow row)
    {
        var unsure = false;
        for (var tried = 0; ; tried++)
        {
            try
            {
                if (unsure && await store.FindCommittedAsync(turn.Key.Tenant, claim, row.NextTurn, CancellationToken.None) is { } found)
                {
                    return found;
                }

                var session = database.For(turn.Key.Tenant);
                var committed = TurnStore.Commit(session, claim, row);
                foreach (var also in row.Decision.AlsoStore)
                {
                    also(session);
                }

                session.Record(new TurnCommitted(
                    claim.ConversationId, claim.TurnId, row.Text is null ? null : row.MessageId, Names.Of(row.Decision.Action), row.Decision.Confidence, row.Decision.LowConfidence,
                    row.Decision.Model, row.Decision.CostUsd, row.AnswersTo, claim.Claims));
                if (row.Handoff is not null)
                {
                    session.Record(new HandoffRequested(claim.ConversationId, row.Handoff));
                }

                await TurnStore.Fenced(session.SendAsync(CancellationToken.None));
                return committed.Value!;
            }
            catch (TurnLostException) when (unsure)
            {
                // The fence fell between reading and sending: by our own commit that was still on its way, or by somebody else.
                if (await store.FindCommittedAsync(turn.Key.Tenant, claim, row.NextTurn, CancellationToken.None) is { } found)
                {
                    return found;
                }

                throw;
            }
            catch (Exception failure) when (Outcomes.IsUnknown(failure) && tried < MostReconnects)
            {
                unsure = true;
                await Task.Delay(Reconnects[Math.Min(tried, Reconnects.Length - 1)], time);
            }
        }
    }

    private void Announce(ConversationKey key, TurnClaim claim, CommitRow row, Committed stored)
    {
        var decision = row.Decision;
        var reply = new ReplyView(
            decision.Text is null ? null : row.MessageId, stored.ReplyNumber, decision.Text, decision.Citations, decision.Confidence, decision.Action, decision.Model, decision.CostUsd);
        var message = decision.Text is null
            ? null
            : new MessageView(
                row.MessageId, stored.ReplyNumber!.Value, MessageAuthor.Assistant, row.AssistantId, decision.Text, stored.At, null, claim.TurnId,
                decision.Citations, decision.Confidence, decision.Action, decision.Model, decision.CostUsd);
        hub.Answer(key, row.AnswersTo, claim.Epoch, reply, message);
        if (row.Handoff is not null)
        {
            hub.Answer(key, long.MaxValue, claim.Epoch, LiveHub.WithPeople, null);
            hub.Tell(key, new HandoffChanged(key.Id, "waiting", null));
        }

        signals.Send(SignalKind.Stored, key, stored.Epoch);
    }
}
