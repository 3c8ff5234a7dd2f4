using System.Runtime.InteropServices;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Conversations;

/// <summary>Writes the reply of one turn. Called outside any transaction; may take as long as a model takes.</summary>
public interface IReplyAuthor
{
    /// <summary>
    /// Decides what the turn does. What is shown through <paramref name="output"/> is provisional; only the returned decision is stored.
    /// An exception other than cancellation is a failed attempt: it is retried, and after the last attempt the conversation waits for a person.
    /// Throw <see cref="AuthorFailedException"/> to give the failure a stable code.
    /// </summary>
    /// <param name="turn">Everything stored that the reply needs.</param>
    /// <param name="output">Provisional output and the point of no return before tools.</param>
    /// <param name="cancelled">Cancelled when the turn is superseded, taken over or the node stops.</param>
    Task<TurnDecision> WriteAsync(TurnBrief turn, ITurnOutput output, CancellationToken cancelled);
}

/// <summary>
/// Hears of attempts that ended with their node: what they did outside this database, such as calling a model, nobody knows. Registered by rooms that
/// keep account of it.
/// </summary>
public interface ILostAttempts
{
    /// <summary>Appends commands only; they are sent once, soon after another node took the lease. The same attempt may be told twice.</summary>
    void Append(TenantSession session, LostAttempt lost);
}

/// <summary>An attempt whose node died while it held the lease.</summary>
/// <param name="ConversationId">The conversation.</param>
/// <param name="TurnId">Its turn, which runs again under the same id.</param>
/// <param name="Epoch">As in <see cref="TurnBrief.Epoch"/>: the lost attempt's.</param>
public sealed record LostAttempt(Guid ConversationId, Guid TurnId, long Epoch);

/// <summary>One turn to be written.</summary>
/// <param name="Tenant">Whose conversation.</param>
/// <param name="ConversationId">The conversation.</param>
/// <param name="TurnId">Stays the same over the attempts of one turn.</param>
/// <param name="Epoch">The fence: nothing is stored once the conversation's epoch has moved on.</param>
/// <param name="Attempt">1 for the first claim of this turn.</param>
/// <param name="AssistantId">The assistant that the channel names, null for the tenant's default.</param>
/// <param name="ChannelKind">For example api, widget or whatsapp.</param>
/// <param name="Contact">Who asks.</param>
/// <param name="Unanswered">Oldest first; the reply must answer all of them.</param>
/// <param name="History">The last settled messages, oldest first.</param>
/// <param name="LowConfidenceStreak">How many replies in a row were of low confidence.</param>
/// <param name="Title">The conversation's title, null while it has none.</param>
/// <param name="ToolCalls">Calls already made for these messages; one with a result is not made again.</param>
/// <param name="StartedAt">When this attempt began.</param>
public sealed record TurnBrief(
    TenantId Tenant,
    Guid ConversationId,
    Guid TurnId,
    long Epoch,
    int Attempt,
    Guid? AssistantId,
    string ChannelKind,
    ContactBrief Contact,
    IReadOnlyList<BriefMessage> Unanswered,
    IReadOnlyList<BriefMessage> History,
    int LowConfidenceStreak,
    string? Title,
    IReadOnlyList<ToolCallRecord> ToolCalls,
    DateTimeOffset StartedAt)
{
    /// <summary>The tenant has no turn left this month: no model may be called. The reply says so and offers a person.</summary>
    public bool BeyondQuota { get; init; }
}

/// <summary>One stored message as the author sees it. <paramref name="Number"/> counts from 1 within the conversation.</summary>
public sealed record BriefMessage(Guid Id, long Number, MessageAuthor Author, string Text, DateTimeOffset CreatedAt);

/// <summary>Who asks. <paramref name="Known"/> is true only when the tenant's server vouched for the contact by signature.</summary>
public sealed record ContactBrief(Guid Id, string? Name, string? Email, string? Language, bool Known);

/// <summary>Who wrote a message.</summary>
public enum MessageAuthor
{
    Contact = 0,
    Assistant = 1,
    Member = 2,
    System = 3,
}

/// <summary>Provisional output of a running turn. Nothing shown here is durable; calls after the turn is lost change nothing.</summary>
public interface ITurnOutput
{
    /// <summary>Appends one checked sentence to what readers see.</summary>
    ValueTask ShowAsync(string text, CancellationToken ct);

    /// <summary>Tells readers to discard what was shown (fallback, retry, a removed claim).</summary>
    ValueTask ResetAsync(string reason, CancellationToken ct);

    /// <summary>
    /// The point of no return: stores the call behind the fence and closes the turn, so that no message supersedes it any more.
    /// The returned id is the idempotency key for the tool. Throws <see cref="TurnLostException"/> when the turn is no longer ours.
    /// </summary>
    Task<ToolCallRecord> CloseForToolAsync(string tool, string argumentsJson, bool repeatSafe, CancellationToken ct);

    /// <summary>Stores the result of a call made after <see cref="CloseForToolAsync"/>. Also possible once the turn is lost: the effect happened.</summary>
    Task CompleteToolAsync(Guid toolCallId, string resultJson, CancellationToken ct);
}

/// <summary>A tool call with an effect. Without a result and not repeat-safe it must not be made again.</summary>
public sealed record ToolCallRecord(Guid Id, string Tool, string ArgumentsJson, string? ResultJson, ToolCallState State);

/// <summary>What is known of a tool call.</summary>
public enum ToolCallState
{
    /// <summary>Stored before the call; whether it was made is not known.</summary>
    Pending = 0,

    /// <summary>The result is stored.</summary>
    Completed = 1,

    /// <summary>A former attempt stored the call and no result, and the tool cannot be called twice: a person decides.</summary>
    OutcomeUnknown = 2,

    /// <summary>A former attempt stored the call and no result; the tool declares that its key makes a repeat safe.</summary>
    Repeatable = 3,
}

/// <summary>What a turn decided; everything in it is stored in one transaction behind the fence.</summary>
/// <param name="Action">Reply, ask back, or hand over to a person.</param>
/// <param name="Text">The text for the contact; may be null only for a handoff.</param>
/// <param name="Citations">Passages that the text cites.</param>
/// <param name="Confidence">0 to 1.</param>
/// <param name="LowConfidence">Counts towards the streak that leads to a handoff.</param>
/// <param name="Model">The model that wrote it.</param>
/// <param name="CostUsd">What the turn's model calls cost, US dollars.</param>
/// <param name="HandoffReason">A stable code, for a handoff.</param>
/// <param name="Title">A title for the conversation, used when it has none.</param>
/// <param name="TraceJson">Why the reply came out as it did; sealed.</param>
/// <param name="AlsoStore">Commands of other modules that join the same transaction.</param>
public sealed record TurnDecision(
    TurnAction Action,
    string? Text,
    IReadOnlyList<Citation> Citations,
    double Confidence,
    bool LowConfidence,
    string Model,
    decimal CostUsd,
    string? HandoffReason,
    string? Title,
    string TraceJson,
    IReadOnlyList<Action<TenantSession>> AlsoStore)
{
    /// <summary>What the turn's model calls read and wrote, for the log.</summary>
    public TurnTokens Tokens { get; init; }
}

/// <summary>Tokens of a turn's model calls together.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct TurnTokens(long Input, long Output);

/// <summary>What a turn may do.</summary>
public enum TurnAction
{
    Reply = 0,
    Ask = 1,
    Handoff = 2,
}

/// <summary>One passage that a reply cites; <paramref name="N"/> is the number shown in the text, from 1.</summary>
public sealed record Citation(int N, Guid PassageId, Guid ArticleId, Guid SourceId, string Title, string? Url, string Quote);

/// <summary>The author could not write a reply; <see cref="Code"/> is stable and safe to show.</summary>
public sealed class AuthorFailedException : Exception
{
    public AuthorFailedException(string code)
        : base(code) => Code = code;

    public AuthorFailedException(string code, Exception inner)
        : base(code, inner) => Code = code;

    /// <summary>A stable code such as model.unavailable.</summary>
    public string Code { get; }
}

/// <summary>The turn is no longer ours: it was superseded, taken over, or another node holds the conversation.</summary>
public sealed class TurnLostException : Exception
{
    public TurnLostException()
        : base("The turn no longer holds its conversation.")
    {
    }
}
