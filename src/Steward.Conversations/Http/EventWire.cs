using System.Text.Json;
using System.Text.Json.Serialization;

namespace Steward.Conversations.Http;

/// <summary>Live events as they stand on the wire, the same for streams and sockets. Only stored messages have an id: their number.</summary>
internal static class EventWire
{
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>What an event says, as JSON shows it.</summary>
    public static object Data(LiveEvent happened, string? member, bool toContact) => happened switch
    {
        TurnStarted e => new { e.ConversationId, e.TurnId, e.Epoch },
        MessageDelta e => new { e.ConversationId, e.TurnId, e.Epoch, e.Text },
        MessageReset e => new { e.ConversationId, e.TurnId, e.Epoch, e.Reason },
        MessageSnapshot e => new { e.ConversationId, e.TurnId, e.Epoch, e.Text },
        MessageCompleted e => Completed(e.ConversationId, Wire.Of(e.Message, member, toContact)),
        TurnSuperseded e => new { e.ConversationId, e.TurnId },
        TurnFailed e => new { e.ConversationId, e.TurnId, e.Code },
        HandoffChanged e => new { e.ConversationId, e.State, MemberName = member },
        Typing e => new { e.ConversationId, e.Author, Typing = e.IsTyping },
        _ => new { happened.ConversationId },
    };

    private static object Completed(Guid conversation, MessageWire m) => new
    {
        ConversationId = conversation, m.Id, m.Number, m.Author, m.AuthorId, m.AuthorName, m.Text, m.CreatedAt, m.ClientId, m.TurnId, m.Citations, m.Confidence, m.Action, m.Model, m.CostUsd,
    };
}
