using Steward.Platform.Tenancy;

namespace Steward.Conversations;

/// <summary>What happens in one conversation, as it happens; works across nodes and holds no database connection.</summary>
public interface IConversationLive
{
    /// <summary>
    /// First the messages after <paramref name="afterNumber"/> (none when null), then who has the conversation when it is not the assistant, then the
    /// snapshot of a running turn, then what follows.
    /// A reader that cannot keep up is ended and resumes by number.
    /// </summary>
    IAsyncEnumerable<LiveEvent> ReadAsync(TenantId tenant, Guid conversationId, long? afterNumber, CancellationToken ct);
}

/// <summary>One live event. Everything but <see cref="MessageCompleted"/> is provisional.</summary>
public abstract record LiveEvent(Guid ConversationId)
{
    /// <summary>The event's name on the wire.</summary>
    public abstract string Name { get; }
}

/// <summary>A turn began to write.</summary>
public sealed record TurnStarted(Guid ConversationId, Guid TurnId, long Epoch) : LiveEvent(ConversationId)
{
    public override string Name => "turn.started";
}

/// <summary>Append <paramref name="Text"/> to what is shown for the turn.</summary>
public sealed record MessageDelta(Guid ConversationId, Guid TurnId, long Epoch, string Text) : LiveEvent(ConversationId)
{
    public override string Name => "message.delta";
}

/// <summary>Discard what is shown for the turn.</summary>
public sealed record MessageReset(Guid ConversationId, Guid TurnId, long Epoch, string Reason) : LiveEvent(ConversationId)
{
    public override string Name => "message.reset";
}

/// <summary>Replace what is shown for the turn by <paramref name="Text"/>.</summary>
public sealed record MessageSnapshot(Guid ConversationId, Guid TurnId, long Epoch, string Text) : LiveEvent(ConversationId)
{
    public override string Name => "message.snapshot";
}

/// <summary>A message is stored: the only truth. Its number is the id to resume by.</summary>
public sealed record MessageCompleted(Guid ConversationId, MessageView Message) : LiveEvent(ConversationId)
{
    public override string Name => "message.completed";
}

/// <summary>The turn ended without a reply because a newer message or a person came first.</summary>
public sealed record TurnSuperseded(Guid ConversationId, Guid TurnId) : LiveEvent(ConversationId)
{
    public override string Name => "turn.superseded";
}

/// <summary>The turn failed for good; a person will answer.</summary>
public sealed record TurnFailed(Guid ConversationId, Guid TurnId, string Code) : LiveEvent(ConversationId)
{
    public override string Name => "turn.failed";
}

/// <summary>Who has the conversation: waiting (for a person), assigned (a person has it) or returned (the assistant has it again).</summary>
/// <param name="MemberId">The member who has it, when there is one.</param>
public sealed record HandoffChanged(Guid ConversationId, string State, Guid? MemberId) : LiveEvent(ConversationId)
{
    public override string Name => "handoff";
}

/// <summary>Somebody types or has stopped; <paramref name="Author"/> is contact, assistant or member.</summary>
public sealed record Typing(Guid ConversationId, string Author, bool IsTyping) : LiveEvent(ConversationId)
{
    public override string Name => "typing";
}

/// <summary>One stored message as readers see it.</summary>
public sealed record MessageView(
    Guid Id,
    long Number,
    MessageAuthor Author,
    Guid? AuthorId,
    string Text,
    DateTimeOffset CreatedAt,
    string? ClientId,
    Guid? TurnId,
    IReadOnlyList<Citation> Citations,
    double? Confidence,
    TurnAction? Action,
    string? Model,
    decimal? CostUsd);
