using System.Text.Json.Serialization;

namespace Steward.Conversations.Http;

internal sealed record StartRequest(Guid? Channel, ContactRequest? Contact);

internal sealed record ContactRequest(string? Name, string? Email, string? Phone, string? Language, string? Identity);

internal sealed record ContactEditRequest(string? Name, string? Email, string? Phone, string? Language, bool? MayWrite);

internal sealed record StartAnswer(Guid Id, long Number, string Token, Guid ContactId);

internal sealed record MessageRequest(string? Text, string? ClientId);

internal sealed record MessageAnswer(
    Guid Id, long Number, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ReplyWire? Reply);

internal sealed record CitationWire(int N, string Title, string? Url, string Quote);

internal sealed record ReplyWire(
    Guid? Id,
    long? Number,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Text,
    IReadOnlyList<CitationWire> Citations,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Confidence,
    string Action,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Model,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] decimal? CostUsd);

internal sealed record MessageWire(
    Guid Id,
    long Number,
    string Author,
    string Text,
    DateTimeOffset CreatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ClientId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? AuthorId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? AuthorName,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? TurnId,
    IReadOnlyList<CitationWire> Citations,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Confidence,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Action,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Model,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] decimal? CostUsd);

internal sealed record ConversationWire(
    Guid Id, long Number, string State, bool WithPeople, Guid ChannelId, string ChannelKind, Guid ContactId, string? ContactName, Guid? AssigneeId, string? Title,
    IReadOnlyList<string> Tags, RecordWire? Record, string Visibility, string? HandoffReason, DateTimeOffset? WaitingSince, DateTimeOffset? SnoozedUntil, long LastNumber,
    DateTimeOffset CreatedAt, DateTimeOffset LastMessageAt, long Version);

internal sealed record RecordWire(string Kind, string Id);

internal sealed record TypingRequest(bool Typing);

internal sealed record HandoffRequest(string? Reason);

internal sealed record AssignRequest(Guid? MemberId);

internal sealed record MemberReplyRequest(string? Text, string? ClientId);

internal sealed record SnoozeRequest(DateTimeOffset Until);

internal sealed record EditRequest(string? Title, IReadOnlyList<string>? Tags, RecordWire? Record, string? Visibility);

internal sealed record ChannelRequest(string? Kind, string? Name, Guid? AssistantId, System.Text.Json.JsonElement? Settings);

internal sealed record ChannelEditRequest(string? Name, Guid? AssistantId, System.Text.Json.JsonElement? Settings, bool? Enabled);

internal sealed record ChannelWire(Guid Id, string Kind, string Name, Guid? AssistantId, string? PublicKey, bool Enabled, long Version);

internal sealed record DeadLettersWire(IReadOnlyList<Delivery.DeliveryView> Deliveries, IReadOnlyList<Delivery.DeadTurnView> Turns);

/// <summary>From this room's views to the wire. A contact does not see what a reply cost or how sure the assistant was.</summary>
internal static class Wire
{
    public static ReplyWire Of(ReplyView reply, bool toContact) => new(
        reply.Id, reply.Number, reply.Text, Of(reply.Citations), toContact ? null : reply.Confidence, Names.Of(reply.Action), toContact ? null : reply.Model,
        toContact ? null : reply.CostUsd);

    public static MessageWire Of(MessageView message, string? authorName, bool toContact) => new(
        message.Id, message.Number, Names.Of(message.Author), message.Text, message.CreatedAt, message.ClientId,
        toContact || message.Author != MessageAuthor.Member ? null : message.AuthorId, authorName, message.TurnId,
        Of(message.Citations), toContact ? null : message.Confidence, message.Action is { } action ? Names.Of(action) : null, toContact ? null : message.Model,
        toContact ? null : message.CostUsd);

    public static ConversationWire Of(ConversationView view) => new(
        view.Id, view.Number, Names.Of(view.State), view.WithPeople, view.ChannelId, view.ChannelKind, view.ContactId, view.ContactName, view.AssigneeId, view.Title, view.Tags,
        view.RecordKind is { } kind && view.RecordId is { } id ? new RecordWire(kind, id) : null, Names.Of(view.Visibility), view.HandoffReason, view.WaitingSince,
        view.SnoozedUntil, view.LastNumber, view.CreatedAt, view.LastMessageAt, view.Version);

    public static ChannelWire Of(ChannelView channel)
        => new(channel.Id, channel.Kind, channel.Name, channel.AssistantId, channel.PublicKey, channel.Enabled, channel.Version);

    private static IReadOnlyList<CitationWire> Of(IReadOnlyList<Citation> citations)
        => citations.Count == 0 ? [] : [.. citations.Select(static citation => new CitationWire(citation.N, citation.Title, citation.Url, citation.Quote))];
}
