using Steward.Assistants.Configuration;
using Steward.Assistants.Deciding;
using Steward.Conversations;
using Steward.Models;

namespace Steward.Assistants.Routing;

/// <summary>One attempt of a turn whose models were chosen; kept in the trace and as a row of figures.</summary>
/// <param name="Model">The model that wrote.</param>
/// <param name="CostUsd">All calls of this attempt, failed ones too.</param>
/// <param name="StoppedBy">Why no other attempt followed: <c>sure</c>, <c>ruled</c> (no matter of strength), <c>attempts</c>, <c>budget</c>, <c>tool</c>, <c>top</c>, <c>unpriced</c>, <c>ceiling</c> or
/// <c>failed</c> (the stronger models did); null where one did.</param>
internal sealed record TurnAttempt(int Number, Tier Tier, string Model, decimal CostUsd, double Confidence, string? StoppedBy);

/// <summary>The attempts of one turn: how many there were, what they cost, and whether a stronger one follows.</summary>
/// <param name="promptTokens">Tokens of the prompt, with the margin of their estimate.</param>
internal sealed class Attempts(IModelRouter router, TurnBrief turn, AssistantSettings settings, ModelChoice choice, int promptTokens)
{
    private readonly List<TurnAttempt> _made = [];
    private readonly HashSet<string> _tried = [];
    private ModelChoice _now = choice;
    private RoutePlan? _next;
    private decimal? _nextUsd;
    private bool _mayFollow;

    public IReadOnlyList<TurnAttempt> Made => _made;

    /// <summary>Whether a stronger attempt may follow the one that begins: then nothing of it may be shown.</summary>
    public async ValueTask<bool> MayFollowAsync(CancellationToken ct)
    {
        _mayFollow = false;
        if (_now.Plan is not null && _made.Count < settings.Escalations)
        {
            await LookAsync([.. _tried, _now.First], ct);
            _mayFollow = StateOf(_made.Count + 1) is { Saving: false, OpenTools: false, HasStronger: true, NextUsd: { } next } state && state.SpentUsd + next <= state.CeilingUsd;
        }

        return _mayFollow;
    }

    /// <summary>Takes what an attempt came to; the choice for the next one, or null when it was the last.</summary>
    public async ValueTask<ModelChoice?> NextAsync(string wrote, Draft draft, Verdict verdict, double answerability, decimal spentInAllUsd, CancellationToken ct)
    {
        if (_now.Plan is not { } plan)
        {
            return null;
        }

        _tried.UnionWith(_now.Models.TakeWhile(model => model != wrote).Append(wrote));
        if (_made.Count < settings.Escalations)
        {
            await LookAsync(_tried, ct);
        }

        var attempt = new TurnAttempt(_made.Count + 1, plan.Tier, wrote, spentInAllUsd - _made.Sum(made => made.CostUsd), draft.Confidence.Value, null);
        _made.Add(attempt);
        var stop = Escalation.StopOf(draft, verdict, answerability, settings.ConfidenceThreshold, () => StateOf(_made.Count));
        // What was shown while it was written is not taken back.
        stop = _mayFollow ? stop : stop ?? Escalation.Top;
        _made[^1] = attempt with { StoppedBy = stop };
        return stop is null ? _now = _now.Upgraded(_next!, settings) : null;
    }

    /// <summary>The stronger models failed: what the attempt before them said stands, and their calls are its cost.</summary>
    public void Failed(decimal spentInAllUsd) =>
        _made[^1] = _made[^1] with { StoppedBy = Escalation.Failed, CostUsd = spentInAllUsd - _made.SkipLast(1).Sum(made => made.CostUsd) };

    private async ValueTask LookAsync(IReadOnlyCollection<string> tried, CancellationToken ct)
    {
        _next = await router.UpgradeAsync(turn.Tenant, _now.Plan!, tried, ct);
        _nextUsd = _next is null ? null : await router.WorstCaseUsdAsync(turn.Tenant, _next.First.Model, promptTokens, settings.MaxOutputTokens, ct);
    }

    private EscalationState StateOf(int made) => new(
        made,
        settings.Escalations,
        _made.Sum(attempt => attempt.CostUsd),
        settings.EscalationCeilingUsd,
        _now.Question.Cheaper,
        turn.ToolCalls.Any(call => call.State is ToolCallState.Pending or ToolCallState.OutcomeUnknown),
        _next is not null,
        _nextUsd);
}
