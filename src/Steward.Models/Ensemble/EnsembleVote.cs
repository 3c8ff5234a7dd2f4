using System.Text.Json.Serialization;
using Microsoft.Extensions.AI;

namespace Steward.Models;

/// <summary>What became of one member of an ensemble; written in lower case.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<VoteOutcome>))]
public enum VoteOutcome
{
    /// <summary>Its answer is the ensemble's.</summary>
    [JsonStringEnumMemberName("won")]
    Won,

    /// <summary>It answered in time, and another answer was closer to all.</summary>
    [JsonStringEnumMemberName("voted")]
    Voted,

    /// <summary>It had not answered when the vote was held; its call was cancelled.</summary>
    [JsonStringEnumMemberName("late")]
    Late,

    /// <summary>Its call failed.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,
}

/// <summary>One member's part in a vote.</summary>
/// <param name="Model">The member by its name in the tier table.</param>
/// <param name="Failure">The code of a member that failed.</param>
/// <param name="Similarity">The mean cosine of its answer to the other answers, -1 to 1; null where there was nothing to compare.</param>
/// <param name="PromptTokens">Of all its requests; estimated where the provider reported none.</param>
/// <param name="AnswerTokens">What it wrote, reasoning included.</param>
/// <param name="CostUsd">What it cost, whether its answer counted or not.</param>
/// <param name="DurationMs">From the start of its call to its end, in milliseconds.</param>
public sealed record MemberVote(
    string Model, VoteOutcome Outcome, string? Failure, double? Similarity, long PromptTokens, long AnswerTokens, decimal CostUsd, double DurationMs);

/// <summary>How the answer of an ensemble was found. The formulae are in <c>docs/routing.md</c>.</summary>
/// <param name="Winner">The model that wrote the answer.</param>
/// <param name="Agreement">0 to 1 on one scale for all embedders; null where one member answered alone.</param>
/// <param name="Cosine">The mean cosine of all pairs of answers, before it is put on that scale.</param>
/// <param name="Embedder">The model that compared the answers; null where one member answered alone.</param>
/// <param name="Divided">The agreement is below what the tenant asks for: the answer is of low confidence.</param>
/// <param name="Votes">All members, in their order.</param>
public sealed record EnsembleVote(string Winner, double? Agreement, double? Cosine, string? Embedder, bool Divided, IReadOnlyList<MemberVote> Votes)
{
    internal const string Key = "steward.vote";
    private const string WishesKey = "steward.wishes";

    /// <summary>The vote behind an answer, or null where no ensemble gave it.</summary>
    public static EnsembleVote? Of(ChatResponse response) => response.AdditionalProperties?.TryGetValue(Key, out var value) == true ? value as EnsembleVote : null;

    /// <summary>The vote, on the last update of an ensemble's answer; null on the others.</summary>
    public static EnsembleVote? Of(ChatResponseUpdate update) => update.AdditionalProperties?.TryGetValue(Key, out var value) == true ? value as EnsembleVote : null;

    /// <summary>Says that the tools of a request are never executed: by calling one a model only says what it would rather have. Members may be offered those; with any
    /// other tool one model answers alone.</summary>
    public static ChatOptions ToolsAreWishes(ChatOptions options)
    {
        (options.AdditionalProperties ??= [])[WishesKey] = true;
        return options;
    }

    /// <summary>Whether a request offers tools that somebody executes.</summary>
    internal static bool NeedsTools(ChatOptions? options) => options is { Tools.Count: > 0 } && options.AdditionalProperties?.ContainsKey(WishesKey) != true;
}
