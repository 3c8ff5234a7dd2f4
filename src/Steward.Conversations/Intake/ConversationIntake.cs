using Npgsql;
using Steward.Conversations.Delivery;
using Steward.Conversations.Live;
using Steward.Conversations.Nodes;
using Steward.Conversations.Turns;
using Steward.Platform.Events;
using Steward.Platform.Events.Records;
using Steward.Platform.Limits;
using Steward.Platform.Postgres;
using Steward.Platform.Sealing;
using Steward.Platform.Tenancy;

namespace Steward.Conversations.Intake;

/// <summary>The first half of a message's life: stored, recognised, numbered and claimed in one round trip.</summary>
internal sealed class ConversationIntake(
    Database database, ISealing sealing, TurnStore store, TurnRunner runner, NodeRoom room, LiveHub hub, INodeSignals signals, WorkSignal work,
    ConversationStarter starter, ReplyWaiting waiting, ITenantStandings standings, LostAttempts losses, IMessageLimits limits, UnrefusedSenders unrefused, Carriers carriers,
    ConversationSettings settings) : IConversationIntake
{
    public Task<ConversationRef> StartAsync(TenantId tenant, StartConversation start, CancellationToken ct) => starter.StartAsync(tenant, start, ct);

    public Task<ReceiveResult> ReceiveAsync(TenantId tenant, IncomingMessage message, CancellationToken ct) => ReceiveAsync(tenant, message, null, null, ct);

    public Task<ReplyView?> WaitAsync(TenantId tenant, Guid conversationId, long messageNumber, TimeSpan atMost, CancellationToken ct)
        => waiting.WaitAsync(new ConversationKey(tenant, conversationId), messageNumber, atMost, ct);

    /// <summary>The same, for a visitor who may reach only the conversations of one contact, and for whom limits bind.</summary>
    public async Task<ReceiveResult> ReceiveAsync(TenantId tenant, IncomingMessage message, Guid? onlyContact, MessageSender? sender, CancellationToken ct)
    {
        if (sender is not { } limited)
        {
            return await StoreAsync(tenant, message, onlyContact, null, ct);
        }

        standings.Demand(tenant);
        if (await limits.EnterAsync(tenant, limited, ct) is { Allowed: false } full)
        {
            throw ConversationProblems.TooMany(full.RetryAfter);
        }

        var counts = false;
        try
        {
            var result = await StoreAsync(tenant, message, onlyContact, limited, ct);
            counts = !result.Duplicate;
            return result;
        }
        finally
        {
            if (!counts)
            {
                limits.PutBack(tenant);
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

    private async Task<ReceiveResult> StoreAsync(TenantId tenant, IncomingMessage message, Guid? onlyContact, MessageSender? sender, CancellationToken ct)
    {
        // Whatever the channel: nothing is stored for a tenant that may not use the installation.
        standings.Demand(tenant);
        var text = MessageText.Checked(message.Text, settings.MessageLimit);
        var sealer = await sealing.ForAsync(tenant, ct);
        var (conversation, language) = message.ConversationId is { } known ? (known, null) : await starter.LocateAsync(tenant, message, ct);
        var within = sender is null ? await unrefused.EnterAsync(tenant, message, language, sealer, ct) : null;
        var used = false;
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
                message.ClientId is null ? null : sealer.IndexHash("client-id", message.ClientId), onlyContact, reserved, !message.Wait), within?.Row);
            session.Record(new MessageReceived(conversation, id));
            if (sender is { } counted)
            {
                // Last: a message that was stored before is known by then, and is not counted twice.
                limits.Count(session, counted);
            }

            // Not the caller's token: a caller who goes away must not leave the outcome unknown.
            await session.SendAsync(CancellationToken.None);
            var received = pending.Value!;
            used = received.Wait == TimeSpan.Zero;
            Counters.Said(MessageAuthor.Contact);
            if (received.Claim(conversation) is { } claim)
            {
                if (received.Lost)
                {
                    await losses.RecordAsync(key, claim);
                }

                reserved = Run(key, message, claim, received, new BriefMessage(id, received.Number, MessageAuthor.Contact, text, received.At));
            }
            else if (used)
            {
                Pass(key, message, received);
            }
            else if (!reserved)
            {
                // It waits for room under its limit, not for room on this node.
                room.Waited(tenant);
            }

            Tell(key, received, new MessageView(id, received.Number, MessageAuthor.Contact, null, text, received.At, message.ClientId, null, [], null, null, null, null));
            if (received.NoticeNumber is { } number)
            {
                Counters.Said(MessageAuthor.System);
                Tell(key, received, new MessageView(within!.Row.NoticeId, number, MessageAuthor.System, null, within.Text, received.At, null, null, [], null, null, null, null));
                carriers.Raise();
            }

            return new ReceiveResult(conversation, id, received.Number, false, received.Outcome == ReceiveOutcome.Held);
        }
        catch (PostgresException refused) when (refused.SqlState == SqlStates.Unknown && message.ConversationId is null)
        {
            // Its sender was erased between the two statements, and is somebody new.
            return await StoreAsync(tenant, message, onlyContact, sender, ct);
        }
        catch (PostgresException refused) when (refused.SqlState == SqlStates.Unknown)
        {
            throw ConversationProblems.Unknown();
        }
        catch (PostgresException refused) when (sender is { } counted && limits.IsRefused(tenant, counted, refused, out var verdict))
        {
            throw ConversationProblems.TooMany(verdict.Value.RetryAfter);
        }
        catch (PostgresException repeated) when (repeated.SqlState == SqlStates.Duplicate)
        {
            return Repeated(repeated.MessageText);
        }
        catch (PostgresException repeated) when (repeated.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            // The same message on two ways in at once: the other one is stored now.
            return await StoreAsync(tenant, message, onlyContact, sender, ct);
        }
        finally
        {
            unrefused.Settle(tenant, within, used);
            if (reserved)
            {
                runner.Cancel(tenant);
            }
        }
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

    private void Tell(ConversationKey key, Received received, MessageView message)
    {
        hub.Tell(key, new MessageCompleted(key.Id, message));
        signals.Send(SignalKind.Stored, key, received.Epoch);
    }

    private static ReceiveResult Repeated(string first)
    {
        var parts = first.Split(' ');
        return new ReceiveResult(Guid.Parse(parts[0]), Guid.Parse(parts[1]), long.Parse(parts[2]), true, false);
    }
}
