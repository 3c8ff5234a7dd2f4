using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Steward.Platform.Access;
using Steward.Platform.Paging;
using Steward.Platform.Problems;

namespace Steward.Models.Budgets;

/// <param name="WarnUsd">People are told at 70, 90, 100, 110 and 120 percent of it; null is never.</param>
/// <param name="HardUsd">Never passed; null is no cap.</param>
/// <param name="Soft">Whether calls should become cheaper once <paramref name="WarnUsd"/> is spent; true when left out.</param>
internal sealed record BudgetRequest(decimal? WarnUsd, decimal? HardUsd, bool? Soft);

/// <param name="Name">What it binds and for how long: <c>tenant.day</c>, <c>assistant.ID.month</c>, <c>service.rerank.month</c>.</param>
/// <param name="Default">The program's own; the tenant set nothing.</param>
/// <param name="Version">The ETag; 0 for what was never set.</param>
/// <param name="Verdict">free, cheaper (the soft action) or exhausted (a hard cap is reached).</param>
/// <param name="Period">What is spent of the period that runs; null before its first call.</param>
internal sealed record BudgetAnswer(
    string Name, decimal? WarnUsd, decimal? HardUsd, bool Soft, bool Default, int Version, string Verdict, BudgetPeriodAnswer? Period);

/// <param name="SpentUsd">By all nodes, at most half a minute old.</param>
/// <param name="LeasedUsd">Reserved by calls under way, or leased to nodes ahead of need; not spent.</param>
/// <param name="NoticedPercent">The highest threshold that people were told of.</param>
/// <param name="RefusedAt">When the hard cap refused its first call.</param>
internal sealed record BudgetPeriodAnswer(
    DateTimeOffset StartsAt, DateTimeOffset EndsAt, decimal SpentUsd, decimal LeasedUsd, decimal? UsedPercent, int NoticedPercent, DateTimeOffset? RefusedAt);

/// <summary>Reading and setting budgets.</summary>
internal static class BudgetEndpoints
{
    private const int Decimals = 6;

    public static void Map(IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/budgets").WithTags("Budgets");
        group.MapGet("", ListAsync).RequirePermission(Permissions.SpendRead).WithName("ListBudgets").WithSummary("The tenant's budgets and the defaults, with what is spent of each.");
        group.MapGet("/{name}", GetAsync).RequirePermission(Permissions.SpendRead).WithName("GetBudget").WithSummary("One budget and how it stands; the ETag is its version.");
        group.MapPut("/{name}", PutAsync).RequirePermission(Permissions.BudgetsWrite).RequireIfMatch().WithName("SetBudget")
            .WithSummary("Sets a budget: what is left out is not set. Needs If-Match; \"0\" for one that was never set.");
        group.MapDelete("/{name}", DeleteAsync).RequirePermission(Permissions.BudgetsWrite).RequireIfMatch().WithName("DeleteBudget")
            .WithSummary("Takes a budget away; where there is a default, that holds again. Needs If-Match.");
    }

    private static async Task<Ok<Page<BudgetAnswer>>> ListAsync(HttpContext http, BudgetStore store, CancellationToken ct)
    {
        var (set, figures) = await store.ReadAsync(http.Caller().Tenant, ct);
        return TypedResults.Ok(new Page<BudgetAnswer>([.. set.All.OrderBy(static budget => budget.Key, StringComparer.Ordinal).Select(budget => Answer(budget, figures))], null));
    }

    private static async Task<Results<Ok<BudgetAnswer>, ProblemHttpResult>> GetAsync(string name, HttpContext http, BudgetStore store, CancellationToken ct) =>
        BudgetName.Parse(name) is { } known ? await OneAsync(known, http, store, ct) : Unnamed();

    private static async Task<Results<Ok<BudgetAnswer>, ProblemHttpResult>> PutAsync(string name, BudgetRequest request, HttpContext http, BudgetStore store, CancellationToken ct)
    {
        if (BudgetName.Parse(name) is not { } known) return Unnamed();
        if (Fault(request) is { } wrong) return Problem.Of(StatusCodes.Status400BadRequest, "budgets.amount", wrong);
        return await store.PutAsync(http.Caller().Tenant, known, request, http.ExpectedVersions(), ct) switch
        {
            BudgetEdit.TooMany => Problem.Of(StatusCodes.Status409Conflict, "budgets.too_many", $"A tenant has at most {BudgetStore.Most} budgets. Take one away first."),
            BudgetEdit.Changed => IfMatch.Failed(),
            _ => await OneAsync(known, http, store, ct),
        };
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(string name, HttpContext http, BudgetStore store, CancellationToken ct) =>
        BudgetName.Parse(name) is not { } known ? Unnamed() : await store.DeleteAsync(http.Caller().Tenant, known, http.ExpectedVersions(), ct) switch
        {
            BudgetEdit.Unset => Unset(),
            BudgetEdit.Changed => IfMatch.Failed(),
            _ => TypedResults.NoContent(),
        };

    private static async Task<Results<Ok<BudgetAnswer>, ProblemHttpResult>> OneAsync(BudgetName name, HttpContext http, BudgetStore store, CancellationToken ct)
    {
        var (set, figures) = await store.ReadAsync(http.Caller().Tenant, ct);
        if (Array.Find(set.All, budget => budget.Key == name.ToString()) is not { } found) return Unset();
        http.SetETag(found.Version);
        return TypedResults.Ok(Answer(found, figures));
    }

    /// <summary>What is wrong with amounts, as a sentence; null when nothing is.</summary>
    internal static string? Fault(BudgetRequest request)
    {
        foreach (var (field, amount) in new[] { ("warnUsd", request.WarnUsd), ("hardUsd", request.HardUsd) })
        {
            if (amount is <= 0 or > Picos.MostUsd) return $"'{field}' is more than 0 and at most {Picos.MostUsd:0} US dollars; leave it out for none.";
            if (amount is { } some && decimal.Round(some, Decimals) != some) return $"'{field}' has at most {Decimals} decimals.";
        }

        return null;
    }

    private static BudgetAnswer Answer(Budget budget, IReadOnlyDictionary<string, BudgetFigures> all)
    {
        var (warn, hard) = (Usd(budget.Warn), Usd(budget.Hard));
        var figures = all.GetValueOrDefault(budget.Key);
        var most = hard ?? warn;
        var verdict = figures is null ? "free"
            : figures.RefusedAt is not null && figures.SpentUsd + figures.LeasedUsd >= hard * 0.9m ? "exhausted"
            : budget.Soft && figures.SpentUsd >= warn ? "cheaper" : "free";
        return new BudgetAnswer(budget.Key, warn, hard, budget.Soft, budget.Version == 0 || Array.Exists(Budget.Defaults, standing => standing with { Version = budget.Version } == budget),
            budget.Version, verdict, figures is null ? null : new BudgetPeriodAnswer(figures.StartsAt, figures.EndsAt, figures.SpentUsd, figures.LeasedUsd,
                most is { } of ? decimal.Round(figures.SpentUsd * 100 / of, 2) : null, figures.NoticedPercent, figures.RefusedAt));
    }

    private static decimal? Usd(long? picos) => picos is { } some ? Picos.Usd(some) : null;

    private static ProblemHttpResult Unnamed() => Problem.Of(StatusCodes.Status404NotFound, "budgets.name",
        $"A budget is named tenant.day, assistant.<id>.month or service.<service>.day, with day or month; services are {string.Join(", ", BudgetName.Services)}.");

    private static ProblemHttpResult Unset() => Problem.Of(StatusCodes.Status404NotFound, "budgets.unset", "The tenant has not set this budget.");
}
