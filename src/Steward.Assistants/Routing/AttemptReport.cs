using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Steward.Platform.Access;
using Steward.Platform.Postgres;
using Steward.Platform.Problems;

namespace Steward.Assistants.Routing;

/// <param name="Turns">Turns that came to this attempt.</param>
/// <param name="Share">Of all turns, 0 to 1.</param>
/// <param name="Ended">Turns that ended with it.</param>
/// <param name="CostUsd">What its calls cost.</param>
internal sealed record AttemptShare(int Attempt, long Turns, double Share, long Ended, decimal CostUsd);

/// <param name="Attempts">Attempts of this tier.</param>
internal sealed record TierShare(string Tier, long Attempts, decimal CostUsd);

/// <param name="StoppedBy">Why the last attempt was the last.</param>
internal sealed record StopShare(string StoppedBy, long Turns);

/// <summary>Turns whose models were chosen, from their rows. Sums are exact, in US dollars.</summary>
internal sealed record AttemptAnswer(
    DateTimeOffset From, DateTimeOffset To, long Turns, decimal CostUsd, IReadOnlyList<AttemptShare> Attempts, IReadOnlyList<TierShare> Tiers, IReadOnlyList<StopShare> Stops);

/// <summary><c>GET /api/assistants/attempts</c>.</summary>
internal static class AttemptReport
{
    private const string Of = "from assistants.turn_attempts where tenant_id = (select current_setting('steward.tenant')::uuid) and at >= $1 and at < $2";
    private static readonly TimeSpan Longest = TimeSpan.FromDays(400);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/assistants/attempts", GetAsync).WithTags("Assistants").RequirePermission(Permissions.SpendRead).WithName("GetAttempts")
            .WithSummary("Shares and costs of the attempts, tiers and ends of turns whose models were chosen.");

    private static async Task<Results<Ok<AttemptAnswer>, ProblemHttpResult>> GetAsync(
        HttpContext http, Database database, TimeProvider time, DateTimeOffset? from, DateTimeOffset? to, CancellationToken ct)
    {
        var until = to ?? time.GetUtcNow();
        var since = from ?? until.AddDays(-30);
        if (since >= until || until - since > Longest)
        {
            return Problem.Of(StatusCodes.Status400BadRequest, "attempts.range", "'from' must be before 'to', and at most 400 days before it.");
        }

        var session = database.For(http.Caller().Tenant);
        var attempts = session.Many(
            $"select attempt, count(*), count(*) filter (where stopped_by is not null), sum(cost_usd) {Of} group by attempt order by attempt",
            row => (Attempt: row.GetInt32(0), Turns: row.GetInt64(1), Ended: row.GetInt64(2), Cost: row.GetDecimal(3)), Sql.Time(since), Sql.Time(until));
        var tiers = session.Many(
            $"select tier, count(*), sum(cost_usd) {Of} group by tier order by array_position(array['simple', 'standard', 'complex', 'ensemble'], tier)",
            row => new TierShare(row.GetString(0), row.GetInt64(1), row.GetDecimal(2)), Sql.Time(since), Sql.Time(until));
        var stops = session.Many(
            $"select stopped_by, count(*) {Of} and stopped_by is not null group by stopped_by order by count(*) desc, stopped_by",
            row => new StopShare(row.GetString(0), row.GetInt64(1)), Sql.Time(since), Sql.Time(until));
        await session.SendAsync(ct);
        var turns = attempts.Value.FirstOrDefault(attempt => attempt.Attempt == 1).Turns;
        return TypedResults.Ok(new AttemptAnswer(
            since, until, turns, attempts.Value.Sum(attempt => attempt.Cost),
            [.. attempts.Value.Select(attempt => new AttemptShare(attempt.Attempt, attempt.Turns, turns == 0 ? 0 : (double)attempt.Turns / turns, attempt.Ended, attempt.Cost))],
            tiers.Value, stops.Value));
    }
}
