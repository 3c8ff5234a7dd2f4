using Npgsql;
using Steward.Conversations.Contacts;
using Steward.Conversations.Live;
using Steward.Conversations.Nodes;
using Steward.Conversations.Turns;
using Steward.Platform.Events;
using Steward.Platform.Events.Records;
using Steward.Platform.Postgres;
using Steward.Platform.Sealing;
using Steward.Platform.Tenancy;

namespace Steward.Conversations.Intake;

/// <summary>The first half of a message's life: stored, recognised, numbered and claimed in one round trip.</summary>
internal sealed class ConversationIntake(
    Database database, ISealing sealing, TurnStore store, TurnRunner runner, NodeRoom room, LiveHub hub, INodeSignals signals, WorkSignal work,
    ConversationStarter starter, ReplyWaiting waiting, ITenantStandings standings, LostAttempts losses, ConversationSettings settings) : IConversationIntake
{
    public Task<ConversationRef> StartAsync(TenantId tenant, StartConversation start, CancellationToken ct) => starter.StartAsync(tenant, start, ct);

    public Task<ReceiveResult> ReceiveAsync(TenantId tenant, IncomingMessage message, CancellationToken ct) => ReceiveAsync(tenant, message, null, ct);

    public Task<ReplyView?> WaitAsync(TenantId tenant, Guid conversationId, long messageNumber, TimeSpan atMost, CancellationToken ct)
        => waiting.WaitAsync(new ConversationKey(tenant, conversationId), messageNumber, atMost, ct);

    /// <summary>The same, for a visitor who may reach only the conversations of one contact.</summary>
    public async Task<ReceiveResult> ReceiveAsync(TenantId tenant, IncomingMessage message, Guid? onlyContact, CancellationToken ct)
    {
        // Whatever the channel: nothing is stored for a tenant that may not use the installation.
        standings.Demand(tenant);
        var text = MessageText.Checked(message.Text, settings.MessageLimit);
        var sealer = await sealing.ForAsync(tenant, ct);
        var conversation = message.ConversationId ?? await starter.LocateAsync(tenant, message, ct);
        var key = new ConversationKey(tenant, conversation);
        var reserved = runner.TryReserve(key);
        if (!reserved && !room.TryWait(tenant, message.MustStore))
        {
            throw new ConversationProblemException(503, "node.full", "Too many messages wait for an answer. Try again in a few seconds.", TimeSpan.FromSeconds(2));
        }

        var id = Guid.CreateVersion7();
        try
        {
            var session = database.For(tenant);
            var pending = store.Receive(session, new ReceiveRow(
                conversation, id, sealer.Seal(Fields.Text(id), text), message.ProviderMessageId,
                message.ClientId is null ? null : sealer.IndexHash("client-id", message.ClientId), onlyContact, reserved, !message.Wait));
            session.Record(new MessageReceived(conversation, id));
            // Not the caller's token: a caller who goes away must not leave the outcome unknown.
            await session.SendAsync(CancellationToken.None);
            var received = pending.Value!;
            Counters.Said(MessageAuthor.Contact);
            if (received.Claim(conversation) is { } claim)
            {
                if (received.Lost)
                {
                    await losses.RecordAsync(key, claim);
                }

                reserved = Run(key, message, claim, received, new BriefMessage(id, received.Number, MessageAuthor.Contact, text, received.At));
            }
            else
            {
                Pass(key, message, received);
            }

            Tell(key, id, received, text, message.ClientId);
            return new ReceiveResult(conversation, id, received.Number, false, received.Outcome == ReceiveOutcome.Held);
        }
        catch (PostgresException refused) when (refused.SqlState == SqlStates.Unknown)
        {
            throw ConversationProblems.Unknown();
        }
        catch (PostgresException repeated) when (repeated.SqlState == SqlStates.Duplicate)
        {
            return Repeated(repeated.MessageText);
        }
        catch (PostgresException repeated) when (repeated.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            // The same message on two ways in at once: the other one is stored now.
            return await ReceiveAsync(tenant, message, onlyContact, ct);
        }
        finally
        {
            if (reserved)
            {
                runner.Cancel(tenant);
            }
        }
    }

    public async Task TypingAsync(TenantId tenant, Guid conversationId, bool typing, CancellationToken ct)
    {
        var key = new ConversationKey(tenant, conversationId);
        runner.Find(key)?.Typing(typing);
        hub.Tell(key, new Typing(conversationId, "contact", typing));
        signals.Send(typing ? SignalKind.Typing : SignalKind.TypingEnded, key);
        await Task.CompletedTask;
    }

    /// <summary>Runs what the statement claimed; the reservation is the turn's from here on.</summary>
    private bool Run(ConversationKey key, IncomingMessage message, TurnClaim claim, Received received, BriefMessage said)
    {
        if (message.Wait)
        {
            hub.Wait(key, received.Number);
        }

        if (received.Superseded is not null)
        {
            signals.Send(SignalKind.Fenced, key, claim.Epoch);
        }

        runner.Start(key.Tenant, claim, message.Wait ? QuietWindow.None : null, received.Context is { } context ? new ReadyTurn(context, said) : null);
        return false;
    }

    /// <summary>Somebody else answers: tells the turn that gathers, or leaves it to the scan.</summary>
    private void Pass(ConversationKey key, IncomingMessage message, Received received)
    {
        if (received.Outcome == ReceiveOutcome.Joined)
        {
            if (runner.Find(key) is { } running)
            {
                running.Joined(received.At);
                if (message.Wait)
                {
                    running.Hurry();
                }
            }
            else
            {
                signals.Send(message.Wait ? SignalKind.Hurry : SignalKind.Joined, key);
            }
        }
        else if (received is { Outcome: ReceiveOutcome.Left, TurnId: null })
        {
            work.Raise();
            signals.Send(SignalKind.Work, key);
        }
    }

    private void Tell(ConversationKey key, Guid id, Received received, string text, string? clientId)
    {
        hub.Tell(key, new MessageCompleted(
            key.Id,
            new MessageView(id, received.Number, MessageAuthor.Contact, null, text, received.At, clientId, null, [], null, null, null, null)));
        signals.Send(SignalKind.Stored, key, received.Epoch);
    }

    private static ReceiveResult Repeated(string first)
    {
        var parts = first.Split(' ');
        return new ReceiveResult(Guid.Parse(parts[0]), Guid.Parse(parts[1]), long.Parse(parts[2]), true, false);
    }
}
