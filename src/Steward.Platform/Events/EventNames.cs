namespace Steward.Platform.Events;

/// <summary>The names of all events, in one list. A name is never changed once released.</summary>
public static class EventNames
{
    /// <summary>A tenant was created.</summary>
    public const string TenantCreated = "tenant.created";

    /// <summary>A conversation was started.</summary>
    public const string ConversationStarted = "conversation.started";

    /// <summary>People did something with a conversation.</summary>
    public const string ConversationHandled = "conversation.handled";

    /// <summary>A contact's message was stored.</summary>
    public const string MessageReceived = "message.received";

    /// <summary>A turn's decision was stored.</summary>
    public const string TurnCommitted = "turn.committed";

    /// <summary>A turn failed for good.</summary>
    public const string TurnFailed = "turn.failed";

    /// <summary>A conversation began to wait for a person.</summary>
    public const string HandoffRequested = "handoff.requested";

    /// <summary>A delivery came to an end of its attempts, or a provider reported on it.</summary>
    public const string DeliveryMoved = "delivery.moved";
}
