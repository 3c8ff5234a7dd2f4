namespace Steward.Conversations;

/// <summary>The names that enumerations have on the wire, in events and in cursors.</summary>
internal static class Names
{
    public static string Of(TurnAction action) => action switch
    {
        TurnAction.Reply => "reply",
        TurnAction.Ask => "ask",
        _ => "handoff",
    };

    public static string Of(MessageAuthor author) => author switch
    {
        MessageAuthor.Contact => "contact",
        MessageAuthor.Assistant => "assistant",
        MessageAuthor.Member => "member",
        _ => "system",
    };

    public static string Of(ConversationState state) => state switch
    {
        ConversationState.Open => "open",
        ConversationState.Waiting => "waiting",
        ConversationState.Snoozed => "snoozed",
        _ => "resolved",
    };

    public static string Of(DeliveryState state) => state switch
    {
        DeliveryState.Queued => "queued",
        DeliveryState.Sending => "sending",
        DeliveryState.Unknown => "unknown",
        DeliveryState.Sent => "sent",
        DeliveryState.Delivered => "delivered",
        DeliveryState.Read => "read",
        DeliveryState.Failed => "failed",
        _ => "withheld",
    };

    public static string Of(ConversationVisibility visibility) => visibility switch
    {
        ConversationVisibility.Team => "team",
        ConversationVisibility.Assigned => "assigned",
        _ => "own",
    };
}
