using Steward.Assistants.Deciding;
using Steward.Conversations;

namespace Steward.Assistants.Reusing;

/// <summary>An answer that may be given to whoever asks the same.</summary>
/// <param name="TurnId">The turn it was written for.</param>
/// <param name="ContactId">Who asked first; when that contact is erased, the answer goes.</param>
/// <param name="CostUsd">What writing it cost, and each use saves.</param>
internal sealed record KeptAnswer(Guid TurnId, Guid ContactId, string Text, IReadOnlyList<Citation> Citations, ConfidenceFigures Confidence, string Model, decimal CostUsd)
{
    /// <summary>About how much memory it takes.</summary>
    public long Bytes => 512 + (2L * (Text.Length + Citations.Sum(citation => 128 + citation.Title.Length + citation.Quote.Length + (citation.Url?.Length ?? 0))));
}

/// <summary>How much memory kept answers may take on a node.</summary>
/// <param name="Bytes">What was not used longest goes first.</param>
internal sealed record AnswerCacheSettings(long Bytes = 32 * 1024 * 1024);
