namespace Steward.Models;

/// <summary>Why a call is made and for whom; every field is written to its spend row.</summary>
/// <param name="Service">The kind of service: <c>chat</c>, <c>embedding</c>, <c>rerank</c>, <c>transcription</c>, <c>speech</c>, <c>vision</c>,
/// <c>judge</c> or <c>batch</c>.</param>
/// <param name="Purpose">What it serves: <c>turn</c>, <c>ingestion</c>, <c>search</c>, <c>evaluation</c>, <c>shadow</c>, <c>gateway</c>.</param>
public sealed record CallPurpose(
    string Service,
    string Purpose,
    Guid? AssistantId = null,
    Guid? ConversationId = null,
    Guid? TurnId = null,
    Guid? ContactId = null,
    Guid? MemberId = null,
    Guid? ApiKeyId = null)
{
    /// <summary>The row opened with <see cref="ISpend.AppendOpen"/>: the first call of a client settles it, later calls get rows of their own.</summary>
    public Guid? SpendId { get; init; }

    /// <summary>Who writes the row. <see cref="Settlement.WithCommit"/>: the caller appends <see cref="CallResult"/> to its own commit; a row that no
    /// commit has confirmed after half a minute is written on its own.</summary>
    public Settlement Settlement { get; init; }

    /// <summary>Hears of every call, failed and cancelled ones included, when it ends. Must be quick.</summary>
    public Action<CallResult>? OnResult { get; init; }
}

/// <summary>Who writes the spend row of a call.</summary>
public enum Settlement
{
    /// <summary>The gateway, within milliseconds, in a batch with others.</summary>
    OnItsOwn,

    /// <summary>The caller, in the batch that commits what the call was for.</summary>
    WithCommit,
}
