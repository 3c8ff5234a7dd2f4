using System.Text.Json;
using System.Text.Json.Serialization;
using Steward.Assistants.Context;
using Steward.Assistants.Deciding;
using Steward.Assistants.Reusing;
using Steward.Assistants.Routing;
using Steward.Models;

namespace Steward.Assistants.Turns;

/// <summary>Why a reply came out as it did: what was searched, recalled, cut, called, checked and decided. Stored sealed with the turn.</summary>
internal sealed class TurnTrace
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public required Guid AssistantId { get; init; }

    public required int AssistantVersion { get; init; }

    public IReadOnlyList<TracedQuestion> Questions { get; set; } = [];

    public IReadOnlyList<TracedPassage> Passages { get; set; } = [];

    public IReadOnlyList<ContextSection> Sections { get; set; } = [];

    /// <summary>Why these models: the score with its parts, what moved it, the tier that was asked for and the models that stood ready. Null where the assistant names its model.</summary>
    public RoutePlan? Routing { get; set; }

    /// <summary>Each attempt with its tier, model, cost and confidence; null where the assistant names its model.</summary>
    public IReadOnlyList<TurnAttempt>? Attempts { get; set; }

    /// <summary>Every vote of the ensemble that wrote the reply; null where one model did.</summary>
    public EnsembleVote? Ensemble { get; set; }

    /// <summary>Where the answer comes from; null where it was written for this turn.</summary>
    public TracedReuse? Reused { get; set; }

    public List<TracedCall> Calls { get; } = [];

    public int RemovedCitations { get; set; }

    public bool CutAtLimit { get; set; }

    public string? Violation { get; set; }

    public ConfidenceFigures? Confidence { get; set; }

    public string? Decided { get; set; }

    public void Add(CallResult call)
        => Calls.Add(new(
            call.Provider,
            call.Model,
            call.Outcome.ToString(),
            call.FailureCode,
            call.FinishReason,
            call.Usage,
            call.Cost.Usd,
            call.Estimated,
            call.Attempts,
            call.TimeToFirstToken?.TotalMilliseconds,
            call.Duration.TotalMilliseconds));

    public string ToJson() => JsonSerializer.Serialize(this, Json);
}

/// <summary>One question and how well the search thought it could be answered.</summary>
internal sealed record TracedQuestion(string Text, double Answerability, int Found);

/// <summary>One passage of the context.</summary>
internal sealed record TracedPassage(int N, Guid PassageId, double Score);

/// <summary>One model call; durations in milliseconds.</summary>
internal sealed record TracedCall(
    string Provider,
    string Model,
    string Outcome,
    string? Failure,
    string? FinishReason,
    TokenUsage Usage,
    decimal CostUsd,
    bool Estimated,
    int Attempts,
    double? FirstTokenMs,
    double DurationMs);
