using Steward.Platform.Tenancy;

namespace Steward.Conversations;

/// <summary>
/// Carries messages out over one kind of push channel. Pull channels (api, widget) have none: their messages have left with the commit.
/// Register implementations as <see cref="IMessageCarrier"/>; one per channel kind.
/// </summary>
public interface IMessageCarrier
{
    /// <summary>The channel kind it serves, for example callback.</summary>
    string ChannelKind { get; }

    /// <summary>
    /// Sends one message once. <see cref="CarrierOutcome.Unknown"/> or any exception means that nobody can say whether it left.
    /// </summary>
    Task<CarrierOutcome> SendAsync(OutgoingMessage message, CancellationToken ct);

    /// <summary>Asks the provider about a message whose outcome is unknown. Answer <see cref="CarrierStatus.CannotTell"/> where the provider offers no such question.</summary>
    Task<CarrierStatus> QueryAsync(OutgoingMessage message, CancellationToken ct);
}

/// <summary>One message to carry out.</summary>
/// <param name="Tenant">Whose.</param>
/// <param name="DeliveryId">The same for every attempt: give it to providers that accept an idempotency key.</param>
/// <param name="ChannelId">The channel.</param>
/// <param name="ChannelSettingsJson">The channel's settings, opened.</param>
/// <param name="ConversationId">The conversation.</param>
/// <param name="Identity">The contact's address on the channel, null when it has none.</param>
/// <param name="Message">What to send.</param>
/// <param name="Citations">What the text cites.</param>
/// <param name="Attempt">1 for the first.</param>
/// <param name="MayBeRepeat">True when a former attempt's outcome is unknown, so that the contact may see the message twice.</param>
public sealed record OutgoingMessage(
    TenantId Tenant,
    Guid DeliveryId,
    Guid ChannelId,
    string ChannelSettingsJson,
    Guid ConversationId,
    string? Identity,
    BriefMessage Message,
    IReadOnlyList<Citation> Citations,
    int Attempt,
    bool MayBeRepeat)
{
    /// <summary>The kind of the channel.</summary>
    public string ChannelKind { get; init; } = "";
}

/// <summary>How one attempt ended.</summary>
public abstract record CarrierOutcome
{
    private CarrierOutcome()
    {
    }

    /// <summary>The provider took it. <paramref name="ProviderId"/> is the id its later statuses use.</summary>
    public sealed record Accepted(string ProviderId) : CarrierOutcome;

    /// <summary>The provider surely did not take it. A transient refusal is tried again, not before <paramref name="RetryAfter"/>.</summary>
    public sealed record Refused(string Code, bool Permanent, TimeSpan? RetryAfter = null) : CarrierOutcome;

    /// <summary>Nobody can say whether it was taken.</summary>
    public sealed record Unknown(string Code) : CarrierOutcome;
}

/// <summary>What a provider says about a message whose outcome is unknown.</summary>
public abstract record CarrierStatus
{
    private CarrierStatus()
    {
    }

    /// <summary>It was taken under this id.</summary>
    public sealed record Taken(string ProviderId) : CarrierStatus;

    /// <summary>It was surely not taken.</summary>
    public sealed record NotTaken : CarrierStatus;

    /// <summary>The provider cannot tell.</summary>
    public sealed record CannotTell : CarrierStatus;
}

/// <summary>How far a delivery has come. Statuses move forward along one published order; see docs/turns.md.</summary>
public enum DeliveryState
{
    Queued = 0,
    Sending = 1,
    Unknown = 2,
    Sent = 3,
    Delivered = 4,
    Read = 5,
    Failed = 6,
    Withheld = 7,
}

/// <summary>A status that a provider reports about a message it took.</summary>
/// <param name="ProviderMessageId">The provider's id.</param>
/// <param name="State">Sent, Delivered, Read or Failed.</param>
/// <param name="Code">Why, for Failed.</param>
/// <param name="At">The provider's time.</param>
public sealed record ProviderStatus(string ProviderMessageId, DeliveryState State, string? Code, DateTimeOffset At);

/// <summary>Where channels report provider statuses. A status for an id that is not known yet is kept and applied later.</summary>
public interface IDeliveryStatuses
{
    Task ReportAsync(TenantId tenant, Guid channelId, IReadOnlyList<ProviderStatus> statuses, CancellationToken ct);
}
