using Steward.Conversations.Channels;
using Steward.Conversations.Delivery;
using Steward.Conversations.Turns;
using Steward.Platform.Limits;
using Steward.Platform.Sealing;
using Steward.Platform.Tenancy;

namespace Steward.Conversations.Intake;

/// <summary>What a message needs, besides, whose sender cannot be told of an error: its count, and the notice that may be due.</summary>
/// <param name="Row">For the statement that stores the message.</param>
/// <param name="Text">The notice.</param>
/// <param name="Entered">Whether a use of the tenant was taken.</param>
internal sealed record Within(WithinRow Row, string Text, bool Entered);

/// <summary>Limits for channels that cannot be told of an error. Nothing of theirs is refused: what is beyond a limit waits, and the contact is told.</summary>
internal sealed class UnrefusedSenders(IMessageLimits limits, ChannelDirectory channels, Carriers carriers, IContactTexts texts)
{
    /// <summary>Null where no limit binds, or the message's sender can be refused.</summary>
    public async ValueTask<Within?> EnterAsync(TenantId tenant, IncomingMessage message, string? language, TenantSealer sealer, CancellationToken ct)
    {
        if (message is not { MustStore: true, ChannelId: { } id } || await channels.FindAsync(tenant, id, ct) is not { } channel)
        {
            return null;
        }

        var text = await texts.TextAsync(tenant, channel.AssistantId, ContactText.Limited, language, ct);
        var notice = Guid.CreateVersion7();
        var verdict = await limits.EnterAsync(tenant, ct);
        var row = new WithinRow(
            limits.RuleOf(tenant, RateRules.Contact), verdict.RetryAfter, notice, sealer.Seal(Fields.Text(notice), text),
            carriers.For(channel.Kind) is null ? null : Guid.CreateVersion7());
        return new Within(row, text, verdict.Allowed);
    }

    /// <summary>Gives the tenant's use back where the message was stored before, not stored, or waits for room.</summary>
    public void Settle(TenantId tenant, Within? within, bool used)
    {
        if (within is { Entered: true } && !used)
        {
            limits.PutBack(tenant);
        }
    }
}
