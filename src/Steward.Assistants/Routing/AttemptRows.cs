using System.Text.Json;
using Steward.Models;
using Steward.Platform.Postgres;

namespace Steward.Assistants.Routing;

/// <summary>The rows of <c>assistants.turn_attempts</c>, which leave with the turn's commit.</summary>
internal static class AttemptRows
{
    private const string Insert =
        """
        insert into assistants.turn_attempts (tenant_id, turn_id, attempt, assistant_id, policy, score, features, tier, model, cost_usd, confidence, stopped_by)
        values (current_setting('steward.tenant')::uuid, $1, $2::smallint, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        on conflict do nothing
        """;

    public static void Append(TenantSession session, Guid turn, Guid? assistant, ModelChoice choice, IReadOnlyList<TurnAttempt> attempts)
    {
        var why = choice.Plan?.Why;
        foreach (var attempt in attempts)
        {
            var first = attempt.Number == 1 ? why : null;
            session.Add(
                Insert, Sql.Uuid(turn), Sql.Int(attempt.Number), Sql.Uuid(assistant), Sql.Text(why?.Policy), Sql.Double(first?.Score),
                Sql.Json(first is null ? null : Features(first, choice.Question)), Sql.Text(attempt.Tier.ToString().ToLowerInvariant()), Sql.Text(attempt.Model),
                Sql.Money(attempt.CostUsd), Sql.Double(attempt.Confidence), Sql.Text(attempt.StoppedBy));
        }
    }

    private static string Features(Classification why, RouteQuestion question) => JsonSerializer.Serialize(new
    {
        words = why.Words,
        simple = why.Keywords.Simple.Count,
        complex = why.Keywords.Complex.Count,
        tools = why.Keywords.Tools.Count,
        sentiment = question.Sentiment,
        history = question.HistoryDepth,
        band = why.Band,
        overrides = why.Overrides,
    });
}
