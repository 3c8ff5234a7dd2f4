using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Steward.Models.Providers;
using Steward.Models.Settings;
using Steward.Platform.Access;
using Steward.Platform.Audit;
using Steward.Platform.Paging;
using Steward.Platform.Problems;
using Steward.Platform.Tenancy;
using Steward.Search.Sentiments;

namespace Steward.Models.Routing;

/// <param name="Model">The model that answers questions of this row today.</param>
/// <param name="Because">Why it does: <c>asked</c> is the first of <paramref name="Models"/>; see <see cref="RoutedModel"/>.</param>
/// <param name="Unreachable">Models that would have gone before it, had their provider a key.</param>
/// <param name="Members">The models that vote where <paramref name="Model"/> is <c>ensemble</c>; else none.</param>
/// <param name="ExpectedUsd">What one turn costs with it, all that vote together; null where a model has no price.</param>
internal sealed record TierState(string Name, IReadOnlyList<string> Models, string Model, string Because, IReadOnlyList<string> Unreachable, IReadOnlyList<string> Members, decimal? ExpectedUsd = null);

/// <param name="Settings">What is set, with defaults where nothing is.</param>
/// <param name="Keywords">The words that are looked for.</param>
/// <param name="Basis">What the expected costs are computed from.</param>
internal sealed record RoutingAnswer(RoutingSettings Settings, RoutingKeywords Keywords, CostBasis Basis, IReadOnlyList<TierState> Tiers);

/// <param name="Text">What a customer would write.</param>
/// <param name="Sentiment">0 to 1; left out, it is read from the text.</param>
/// <param name="Language">The BCP 47 tag that the sentiment is read in.</param>
/// <param name="Settings">Settings to try instead of those that hold.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ExplainRequest(
    [property: JsonRequired] string? Text, double? Sentiment = null, int HistoryDepth = 0, string? Language = null, bool Cheaper = false, RoutingSettings? Settings = null);

/// <summary>Reading, setting and trying a tenant's routing.</summary>
internal static class RoutingEndpoints
{
    private const int LongestText = 8_000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/models/routing").WithTags("Models");
        group.MapGet("", GetAsync).RequirePermission(Permissions.AssistantsRead).WithName("GetRouting")
            .WithSummary("How questions find their models, and which model answers in each tier today.");
        group.MapPut("", PutAsync).RequirePermission(Permissions.AssistantsWrite).RequireIfMatch().WithName("SetRouting")
            .WithSummary("Sets policy, numbers, keywords and tiers; what is left out has its default. Needs If-Match.");
        group.MapPost("/explain", ExplainAsync).RequirePermission(Permissions.AssistantsRead).NotAudited("Nothing is changed and no model is called.").WithName("ExplainRouting")
            .WithSummary("Says which models a text would be given to, and why. Calls none.");
    }

    private static async Task<Ok<RoutingAnswer>> GetAsync(HttpContext http, RoutingStore store, ModelRouter router, ModelDirectory directory, TierCosts costs, CancellationToken ct) =>
        await AnswerAsync(http, await store.LoadAsync(http.Caller().Tenant, ct), router, directory, costs, ct);

    private static async Task<Results<Ok<RoutingAnswer>, ProblemHttpResult>> PutAsync(
        [FromBody] RoutingSettings settings, HttpContext http, RoutingStore store, ModelRouter router, ModelDirectory directory, TierCosts costs, CancellationToken ct)
    {
        if (RoutingRules.Check(settings) is { } wrong) return Problem.Of(StatusCodes.Status400BadRequest, "routing.invalid", wrong);
        return await store.WriteAsync(http.Caller().Tenant, settings, http.ExpectedVersions(), ct) is { } stored
            ? await AnswerAsync(http, stored, router, directory, costs, ct)
            : IfMatch.Failed();
    }

    private static async Task<Results<Ok<RoutePlan>, ProblemHttpResult>> ExplainAsync(
        [FromBody] ExplainRequest request, HttpContext http, RoutingStore store, ModelRouter router, ModelDirectory directory, CancellationToken ct)
    {
        if (request.Text is not { Length: >= 1 and <= LongestText }) return Problem.Of(StatusCodes.Status400BadRequest, "routing.text", $"text must have 1 to {LongestText} characters.");
        if (request.Sentiment is not (null or (>= 0 and <= 1)) || request.HistoryDepth is < 0 or > 1_000_000)
            return Problem.Of(StatusCodes.Status400BadRequest, "routing.question", "sentiment must be between 0 and 1, historyDepth 0 or more.");
        if (request.Settings is { } own && RoutingRules.Check(own) is { } wrong) return Problem.Of(StatusCodes.Status400BadRequest, "routing.invalid", wrong);
        var tenant = http.Caller().Tenant;
        var question = new RouteQuestion(request.Text, request.Sentiment ?? Sentiment.Of(request.Text, request.Language), request.HistoryDepth) { Cheaper = request.Cheaper };
        var settings = request.Settings ?? (await store.OfAsync(tenant, ct)).Settings;
        return TypedResults.Ok(router.Plan(settings, await directory.ProvidersAsync(tenant, ct), VirtualModels.Auto, question));
    }

    private static async Task<Ok<RoutingAnswer>> AnswerAsync(HttpContext http, Stored<RoutingSettings> stored, ModelRouter router, ModelDirectory directory, TierCosts costs, CancellationToken ct)
    {
        var tenant = http.Caller().Tenant;
        var providers = await directory.ProvidersAsync(tenant, ct);
        var basis = await costs.BasisAsync(tenant, ct);
        var tiers = new List<TierState>();
        foreach (var row in TierTable.Rows)
        {
            var state = router.State(stored.Settings, providers, row);
            tiers.Add(state with { ExpectedUsd = await costs.OfAsync(tenant, state.Members.Count > 0 ? state.Members : [state.Model], basis, ct) });
        }

        var (simple, complex, tools) = KeywordLists.For(stored.Settings);
        http.SetETag(stored.Version);
        return TypedResults.Ok(new RoutingAnswer(stored.Settings, new RoutingKeywords(simple, complex, tools), basis, tiers));
    }
}
