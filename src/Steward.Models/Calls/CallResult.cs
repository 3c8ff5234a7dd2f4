using Microsoft.Extensions.AI;
using Steward.Models.Budgets;
using Steward.Platform.Tenancy;

namespace Steward.Models;

/// <summary>How a call ended.</summary>
public enum CallOutcome
{
    /// <summary>A whole answer.</summary>
    Complete,

    /// <summary>The caller did not want it any more; what was generated is spend.</summary>
    Cancelled,

    /// <summary>No whole answer; <see cref="CallResult.FailureCode"/> says why.</summary>
    Failed,
}

/// <summary>What one call used, cost and took. It is also what its spend row is made of.</summary>
/// <param name="SpendId">Id of the spend row.</param>
/// <param name="Usage">Tokens by kind.</param>
/// <param name="Cost">US dollars, the price list entries used, and whether some part had no price.</param>
/// <param name="Estimated">The provider did not report (all of) the usage; tokens are estimated from bytes.</param>
/// <param name="FinishReason">The provider's own word.</param>
/// <param name="Attempts">Requests sent, 1 when the first succeeded.</param>
/// <param name="TimeToFirstToken">From the start of the call to its first text, reasoning or tool call; null for whole answers.</param>
public sealed record CallResult(
    Guid SpendId,
    TenantId Tenant,
    CallPurpose Purpose,
    string Provider,
    string Model,
    TokenUsage Usage,
    CallCost Cost,
    bool Estimated,
    CallOutcome Outcome,
    string? FailureCode,
    string? FinishReason,
    int Attempts,
    TimeSpan? TimeToFirstToken,
    TimeSpan Duration,
    DateTimeOffset StartedAt)
{
    internal const string Key = "steward.call";

    /// <summary>What was sent otherwise than asked for, as stable codes: <c>dropped:temperature</c> for a parameter the model refuses,
    /// <c>system_as:developer</c>, <c>schema_by_tool</c>, <c>schema_in_words</c>, <c>added:assistant_after_tool</c>. <c>docs/providers.md</c> lists them.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Prompt tokens that could have come from the provider's cache, those that did among them; null where the request does not say what comes again.</summary>
    public long? CacheableTokens { get; init; }

    /// <summary>The incarnation of the node that made the call.</summary>
    internal Guid? Node { get; init; }

    /// <summary>What the call reserved of hard budgets.</summary>
    internal BudgetHold? Hold { get; init; }

    /// <summary>The result of the call that gave this answer, or null for an answer of another kind of client.</summary>
    public static CallResult? Of(ChatResponse response) => response.AdditionalProperties?.TryGetValue(Key, out var value) == true ? value as CallResult : null;

    /// <summary>The result, on the last update of a stream; null on the others.</summary>
    public static CallResult? Of(ChatResponseUpdate update) => update.AdditionalProperties?.TryGetValue(Key, out var value) == true ? value as CallResult : null;

    /// <summary>The result of the call that made these embeddings.</summary>
    public static CallResult? Of(GeneratedEmbeddings<Embedding<float>> embeddings) =>
        embeddings.AdditionalProperties?.TryGetValue(Key, out var value) == true ? value as CallResult : null;
}
