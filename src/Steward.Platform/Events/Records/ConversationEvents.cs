namespace Steward.Platform.Events.Records;

/// <summary>A conversation was started on a channel.</summary>
public sealed record ConversationStarted(Guid ConversationId, Guid ChannelId, Guid ContactId) : IEvent
{
    /// <inheritdoc />
    public static string Name => EventNames.ConversationStarted;

    /// <inheritdoc />
    public Guid Subject => ConversationId;
}

/// <summary>A contact's message was stored.</summary>
public sealed record MessageReceived(Guid ConversationId, Guid MessageId) : IEvent
{
    /// <inheritdoc />
    public static string Name => EventNames.MessageReceived;

    /// <inheritdoc />
    public Guid Subject => ConversationId;
}

/// <summary>A turn's decision was stored.</summary>
/// <param name="MessageId">The reply, null for a handoff without words.</param>
/// <param name="Action">reply, ask or handoff.</param>
/// <param name="AnswersTo">The number of the last contact message it answers.</param>
/// <param name="Claims">How many attempts it took.</param>
public sealed record TurnCommitted(
    Guid ConversationId, Guid TurnId, Guid? MessageId, string Action, double Confidence, bool LowConfidence, string Model, decimal CostUsd, long AnswersTo, int Claims) : IEvent
{
    /// <inheritdoc />
    public static string Name => EventNames.TurnCommitted;

    /// <inheritdoc />
    public Guid Subject => ConversationId;
}

/// <summary>A turn failed for good: a dead letter.</summary>
public sealed record TurnFailed(Guid ConversationId, Guid TurnId, string Code) : IEvent
{
    /// <inheritdoc />
    public static string Name => EventNames.TurnFailed;

    /// <inheritdoc />
    public Guid Subject => ConversationId;
}

/// <summary>A conversation began to wait for a person.</summary>
/// <param name="Reason">A stable code.</param>
public sealed record HandoffRequested(Guid ConversationId, string Reason) : IEvent
{
    /// <inheritdoc />
    public static string Name => EventNames.HandoffRequested;

    /// <inheritdoc />
    public Guid Subject => ConversationId;
}

/// <summary>People did something with a conversation.</summary>
/// <param name="Act">assigned, taken, replied, returned, resolved, reopened, snoozed, woken or edited.</param>
public sealed record ConversationHandled(Guid ConversationId, string Act, Guid? MemberId) : IEvent
{
    /// <inheritdoc />
    public static string Name => EventNames.ConversationHandled;

    /// <inheritdoc />
    public Guid Subject => ConversationId;
}

/// <summary>A delivery came to an end of its attempts, or a provider reported on it.</summary>
/// <param name="State">sent, delivered, read, failed or withheld.</param>
public sealed record DeliveryMoved(Guid ConversationId, Guid DeliveryId, string State, string? Code) : IEvent
{
    /// <inheritdoc />
    public static string Name => EventNames.DeliveryMoved;

    /// <inheritdoc />
    public Guid Subject => ConversationId;
}

/// <summary>A channel was created, changed or disabled.</summary>
/// <param name="Act">created or changed.</param>
/// <param name="Changes">Names of the fields; a switch with its values.</param>
public sealed record ChannelChanged(Guid ChannelId, string Act, IReadOnlyList<FieldChange> Changes) : IEvent
{
    /// <inheritdoc />
    public static string Name => EventNames.ChannelChanged;

    /// <inheritdoc />
    public Guid Subject => ChannelId;
}

/// <summary>People changed the details of a contact.</summary>
/// <param name="Changes">Names of the fields.</param>
public sealed record ContactChanged(Guid ContactId, IReadOnlyList<FieldChange> Changes) : IEvent
{
    /// <inheritdoc />
    public static string Name => EventNames.ContactChanged;

    /// <inheritdoc />
    public Guid Subject => ContactId;
}

/// <summary>A person sent a delivery again.</summary>
public sealed record DeliveryResent(Guid ConversationId, Guid DeliveryId) : IEvent
{
    /// <inheritdoc />
    public static string Name => EventNames.DeliveryResent;

    /// <inheritdoc />
    public Guid Subject => ConversationId;
}
