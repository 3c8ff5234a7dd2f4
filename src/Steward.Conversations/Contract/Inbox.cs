using Steward.Platform.Paging;
using Steward.Platform.Tenancy;

namespace Steward.Conversations;

/// <summary>
/// What people do with conversations. Every act on a conversation that the caller may not see answers conversation.unknown.
/// When <see cref="TakeOverAsync"/> returns, nothing that the assistant writes is stored after it.
/// </summary>
public interface IConversationInbox
{
    /// <summary>Conversations by state; those that wait come longest first, others newest first.</summary>
    Task<Page<ConversationView>> ListAsync(Viewer viewer, ConversationFilter filter, CancellationToken ct);

    /// <summary>One conversation, or null when there is none the viewer may see.</summary>
    Task<ConversationView?> FindAsync(Viewer viewer, Guid conversationId, CancellationToken ct);

    /// <summary>Stored messages with a number above <paramref name="after"/>, oldest first.</summary>
    Task<Page<MessageView>> MessagesAsync(Viewer viewer, Guid conversationId, long after, int limit, CancellationToken ct);

    /// <summary>Names who is responsible (null: nobody). Does not silence the assistant.</summary>
    Task AssignAsync(Viewer viewer, Guid conversationId, Guid? memberId, CancellationToken ct);

    /// <summary>The person takes the conversation; the running turn is cancelled and fenced off.</summary>
    Task TakeOverAsync(Viewer viewer, Guid conversationId, CancellationToken ct);

    /// <summary>The person writes to the contact; implies a take-over. <paramref name="clientId"/> makes it idempotent for 24 hours.</summary>
    Task<MessageView> ReplyAsync(Viewer viewer, Guid conversationId, string text, string? clientId, CancellationToken ct);

    /// <summary>The assistant has the conversation again; a turn answers what nobody has answered yet.</summary>
    Task GiveBackAsync(Viewer viewer, Guid conversationId, CancellationToken ct);

    /// <summary>Done. A later message of the contact opens it again, for the assistant.</summary>
    Task ResolveAsync(Viewer viewer, Guid conversationId, CancellationToken ct);

    /// <summary>Opens a resolved or snoozed conversation.</summary>
    Task ReopenAsync(Viewer viewer, Guid conversationId, CancellationToken ct);

    /// <summary>Puts it away until a time or the contact's next message.</summary>
    Task SnoozeAsync(Viewer viewer, Guid conversationId, DateTimeOffset until, CancellationToken ct);

    /// <summary>The contact asks for a person: the turn is cancelled and the conversation waits.</summary>
    Task RequestPersonAsync(TenantId tenant, Guid conversationId, string? reason, CancellationToken ct);

    /// <summary>Changes title, tags, record or visibility; precondition.failed when <paramref name="versions"/> (null: any) lack the current one.</summary>
    Task<ConversationView> EditAsync(Viewer viewer, Guid conversationId, ConversationEdit edit, long[]? versions, CancellationToken ct);
}

/// <summary>Who looks or acts. The database itself hides `own` conversations of others from <paramref name="MemberId"/>.</summary>
/// <param name="Tenant">The tenant.</param>
/// <param name="MemberId">The member, or null for a program with an API key, which never sees `own` conversations.</param>
/// <param name="ContactId">For a visitor: the only contact whose conversations exist.</param>
public sealed record Viewer(TenantId Tenant, Guid? MemberId, Guid? ContactId = null);

/// <summary>Where a conversation stands.</summary>
public enum ConversationState
{
    /// <summary>Going on.</summary>
    Open = 0,

    /// <summary>The contact waits for a person.</summary>
    Waiting = 1,

    /// <summary>Put away until a time.</summary>
    Snoozed = 2,

    /// <summary>Done.</summary>
    Resolved = 3,
}

/// <summary>Who of the tenant's people sees a conversation.</summary>
public enum ConversationVisibility
{
    /// <summary>Everybody with the permission to read conversations.</summary>
    Team = 0,

    /// <summary>The assigned member, the tenant's programs, and everybody while nobody is assigned.</summary>
    Assigned = 1,

    /// <summary>Its owner only; enforced by the database.</summary>
    Own = 2,
}

/// <summary>Which conversations to list. <paramref name="Cursor"/> is <see cref="Page{T}.Next"/> of the page before.</summary>
/// <param name="Query">Words that a conversation must all hold, in any of its messages, as they were written but for case and accents; then newest come first.</param>
public sealed record ConversationFilter(
    ConversationState? State = null,
    Guid? AssigneeId = null,
    Guid? ChannelId = null,
    Guid? ContactId = null,
    string? Cursor = null,
    int Limit = 50,
    string? Query = null);

/// <summary>One conversation as people see it.</summary>
/// <param name="WithPeople">True while a person has it and the assistant is silent.</param>
/// <param name="WaitingSince">Since when the contact waits for a person.</param>
/// <param name="Version">For If-Match.</param>
public sealed record ConversationView(
    Guid Id,
    long Number,
    ConversationState State,
    bool WithPeople,
    Guid ChannelId,
    string ChannelKind,
    Guid ContactId,
    string? ContactName,
    Guid? AssistantId,
    Guid? AssigneeId,
    string? Title,
    IReadOnlyList<string> Tags,
    string? RecordKind,
    string? RecordId,
    ConversationVisibility Visibility,
    string? HandoffReason,
    DateTimeOffset? WaitingSince,
    DateTimeOffset? SnoozedUntil,
    long LastNumber,
    long AnsweredNumber,
    DateTimeOffset CreatedAt,
    DateTimeOffset LastMessageAt,
    long Version);

/// <summary>What to change; null leaves a field as it is, an empty text clears it.</summary>
public sealed record ConversationEdit(
    string? Title = null,
    IReadOnlyList<string>? Tags = null,
    string? RecordKind = null,
    string? RecordId = null,
    ConversationVisibility? Visibility = null);
