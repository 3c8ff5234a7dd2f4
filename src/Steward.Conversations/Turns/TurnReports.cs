using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Steward.Platform.Telemetry;

namespace Steward.Conversations.Turns;

/// <summary>One line in the log and some figures for each turn: ids, lengths, times, tokens and cost. Never a text.</summary>
internal sealed partial class TurnReports(TimeProvider time, ILogger<TurnReports> log)
{
    private static readonly Histogram<double> Duration = StewardTelemetry.Meter.CreateHistogram<double>(
        "steward.turn.duration", "s", "From the start of a turn's attempt to its end, by how it ended.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] });

    /// <summary>The turn's reply is stored.</summary>
    public void Committed(ConversationKey key, TurnClaim claim, TurnBrief brief, TurnDecision decision)
    {
        var outcome = Names.Of(decision.Action);
        var took = Record(outcome, brief.StartedAt).TotalMilliseconds;
        if (decision.Text is not null)
        {
            Counters.Said(MessageAuthor.Assistant);
        }

        var (tenant, said, replied) = (key.Tenant.Value, brief.Unanswered.Sum(static message => message.Text.Length), decision.Text?.Length ?? 0);
        Line(
            log, tenant, key.Id, claim.TurnId, claim.Claims, outcome, took, brief.Unanswered.Count, said, replied, decision.Model, decision.Tokens.Input, decision.Tokens.Output,
            decision.CostUsd, decision.Confidence, null);
    }

    /// <summary>The turn ended without a reply of the assistant.</summary>
    /// <param name="outcome">failed, superseded (something newer came first) or returned (to another node).</param>
    /// <param name="code">Why it failed.</param>
    public void Ended(ConversationKey key, TurnClaim claim, string outcome, DateTimeOffset started, string? code = null)
    {
        var took = Record(outcome, started).TotalMilliseconds;
        Line(log, key.Tenant.Value, key.Id, claim.TurnId, claim.Claims, outcome, took, 0, 0, 0, null, 0, 0, 0, null, code);
    }

    private TimeSpan Record(string outcome, DateTimeOffset started)
    {
        var took = time.GetUtcNow() - started;
        Duration.Record(took.TotalSeconds, new KeyValuePair<string, object?>("outcome", outcome));
        return took;
    }

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Turn {Turn} of conversation {Conversation} of tenant {Tenant}, attempt {Attempt}: {Outcome} after {DurationMs} ms; {Messages} messages of {CharactersIn} characters, "
            + "a reply of {CharactersOut} by {Model}, {InputTokens} and {OutputTokens} tokens, {CostUsd} USD, confidence {Confidence}, code {Code}")]
    private static partial void Line(
        ILogger log, Guid tenant, Guid conversation, Guid turn, int attempt, string outcome, double durationMs, int messages, int charactersIn, int charactersOut, string? model,
        long inputTokens, long outputTokens, decimal costUsd, double? confidence, string? code);
}
