using Steward.Platform.Tenancy;

namespace Steward.Conversations;

/// <summary>Where messages of contacts come in: stored, recognised when repeated, and claimed in one round trip.</summary>
public interface IConversationIntake
{
    /// <summary>Starts a conversation; nothing is answered before its first message. Errors: channel.unknown, contact.unknown.</summary>
    Task<ConversationRef> StartAsync(TenantId tenant, StartConversation start, CancellationToken ct);

    /// <summary>
    /// Stores a message and starts the turn that answers it. Once this returns the message is durable.
    /// Errors: conversation.unknown, message.too_long, message.invalid_characters, node.full.
    /// </summary>
    Task<ReceiveResult> ReceiveAsync(TenantId tenant, IncomingMessage message, CancellationToken ct);

    /// <summary>
    /// Waits until the message is answered, a person has the conversation, or the time is over (null).
    /// Completes only after the commit of the reply.
    /// </summary>
    Task<ReplyView?> WaitAsync(TenantId tenant, Guid conversationId, long messageNumber, TimeSpan atMost, CancellationToken ct);

    /// <summary>Says that the contact types or has stopped typing; a quiet window waits for it.</summary>
    Task TypingAsync(TenantId tenant, Guid conversationId, bool typing, CancellationToken ct);
}

/// <summary>What a new conversation needs.</summary>
/// <param name="ChannelId">Null for the tenant's api channel.</param>
/// <param name="ContactId">An existing contact; null makes a new one of <paramref name="Contact"/>.</param>
/// <param name="Contact">Details of a new contact; null for an anonymous one.</param>
public sealed record StartConversation(Guid? ChannelId = null, Guid? ContactId = null, ContactDetails? Contact = null);

/// <summary>What is known of a contact. Nothing here merges contacts.</summary>
/// <param name="Name">A name to address them by.</param>
/// <param name="Email">An e-mail address as typed.</param>
/// <param name="Phone">A telephone number as typed.</param>
/// <param name="Language">A BCP 47 tag.</param>
/// <param name="Identity">The address on the channel, for example a WhatsApp number; unique per channel.</param>
/// <param name="Known">True only when the tenant's server vouched by signature.</param>
public sealed record ContactDetails(string? Name = null, string? Email = null, string? Phone = null, string? Language = null, string? Identity = null, bool Known = false);

/// <summary>A conversation just started.</summary>
public sealed record ConversationRef(Guid Id, long Number, Guid ContactId, Guid ChannelId);

/// <summary>A message of a contact. Give either the conversation, or the channel and the sender's identity on it.</summary>
/// <param name="Text">At most the configured number of characters.</param>
/// <param name="ConversationId">The conversation, when the channel knows it.</param>
/// <param name="ChannelId">With <paramref name="Contact"/>: the channel it came in on.</param>
/// <param name="Contact">The sender; <see cref="ContactDetails.Identity"/> is required here.</param>
/// <param name="ProviderMessageId">Unique per channel: a second one changes nothing.</param>
/// <param name="ClientId">Unique per conversation for 24 hours: a second one changes nothing.</param>
/// <param name="Wait">The caller waits for the reply, so there is no quiet window.</param>
/// <param name="MustStore">True for webhooks: store even when the node is full, and leave the turn to any node with room.</param>
public sealed record IncomingMessage(
    string Text,
    Guid? ConversationId = null,
    Guid? ChannelId = null,
    ContactDetails? Contact = null,
    string? ProviderMessageId = null,
    string? ClientId = null,
    bool Wait = false,
    bool MustStore = false);

/// <summary>What became of a message.</summary>
/// <param name="ConversationId">Its conversation.</param>
/// <param name="MessageId">Its id; for a repeated message the id of the first.</param>
/// <param name="Number">Its number within the conversation, from 1.</param>
/// <param name="Duplicate">True when the same message had been stored before.</param>
/// <param name="WithPeople">True when a person has the conversation, so that no turn answers.</param>
public sealed record ReceiveResult(Guid ConversationId, Guid MessageId, long Number, bool Duplicate, bool WithPeople);

/// <summary>The answer to a message; <paramref name="Text"/> is null when a person has the conversation.</summary>
public sealed record ReplyView(
    Guid? Id,
    long? Number,
    string? Text,
    IReadOnlyList<Citation> Citations,
    double? Confidence,
    TurnAction Action,
    string? Model,
    decimal? CostUsd);

/// <summary>A request that cannot be done; <see cref="Code"/> is stable and its text is fit for a problem document.</summary>
public sealed class ConversationProblemException : Exception
{
    public ConversationProblemException(int status, string code, string message, TimeSpan? retryAfter = null)
        : base(message)
    {
        Status = status;
        Code = code;
        RetryAfter = retryAfter;
    }

    /// <summary>The HTTP status it maps to.</summary>
    public int Status { get; }

    /// <summary>A stable code such as conversation.unknown.</summary>
    public string Code { get; }

    /// <summary>When to try again, for node.full.</summary>
    public TimeSpan? RetryAfter { get; }
}
