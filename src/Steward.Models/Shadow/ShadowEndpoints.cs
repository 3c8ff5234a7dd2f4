using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Steward.Models.Providers;
using Steward.Platform.Access;
using Steward.Platform.Paging;
using Steward.Platform.Problems;

namespace Steward.Models.Shadow;

/// <param name="Enough">Pairs to begin training with.</param>
/// <param name="Many">Pairs that take a machine of one's own.</param>
internal sealed record CountsAnswer(long Pairs, long Training, long HeldBack, long Enough, long Many);

/// <param name="Student">Whose similarities these are.</param>
/// <param name="Embedder">What compared the answers.</param>
/// <param name="Days">The last 30 days, all pairs of the student.</param>
internal sealed record ShadowReport(string? Student, string Embedder, CountsAnswer Counts, PromotionAnswer Promotion, RentAnswer Rent, IReadOnlyList<DaySimilarity> Days);

/// <summary>Setting, reading and taking out what students learn from.</summary>
internal static class ShadowEndpoints
{
    private const string List = "shadow.pairs";
    private static readonly TimeSpan Month = TimeSpan.FromDays(30);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/shadow").WithTags("Shadow learning");
        group.MapGet("/settings", GetAsync).RequirePermission(Permissions.AssistantsRead).WithName("GetShadowSettings").WithSummary("Whether pairs of answers are kept, and which student is asked.");
        group.MapPut("/settings", PutAsync).RequirePermission(Permissions.AssistantsWrite).RequireIfMatch().WithName("SetShadowSettings")
            .WithSummary("Switches shadow learning on or off and sets student, share and cost; what is left out has its default. Needs If-Match.");
        group.MapGet("/report", ReportAsync).RequirePermission(Permissions.SpendRead).WithName("GetShadowReport")
            .WithSummary("Counts, similarity by intent and day, whether the student may take over, and API cost against renting a GPU.");
        group.MapGet("/pairs", PairsAsync).RequirePermission(Permissions.TracesRead).WithName("ListShadowPairs").WithSummary("Pairs as they are kept, masked, oldest first.");
        group.MapGet("/export", ExportAsync).RequirePermission(Permissions.ContactsExport).WithName("ExportShadowPairs").WithSummary("The training part as JSON Lines in chat format; held-back pairs are never in it.");
    }

    private static async Task<Ok<ShadowSettings>> GetAsync(HttpContext http, ShadowStore store, CancellationToken ct)
    {
        var stored = await store.LoadAsync(http.Caller().Tenant, ct);
        http.SetETag(stored.Version);
        return TypedResults.Ok(stored.Settings);
    }

    private static async Task<Results<Ok<ShadowSettings>, ProblemHttpResult>> PutAsync(
        [FromBody] ShadowSettings settings, HttpContext http, ShadowStore store, ModelDirectory directory, CancellationToken ct)
    {
        var tenant = http.Caller().Tenant;
        if (ShadowRules.Check(settings) is { } wrong) return Problem.Of(StatusCodes.Status400BadRequest, "shadow.invalid", wrong);
        if (settings.Student is { } student && !ModelDirectory.Serves(await directory.ProvidersAsync(tenant, ct), student))
            return Problem.Of(StatusCodes.Status400BadRequest, "shadow.student", "No configured provider serves the student. Set one up, and name its model as provider/name.");
        if (await store.WriteAsync(tenant, settings, http.ExpectedVersions(), ct) is not { } stored) return IfMatch.Failed();
        http.SetETag(stored.Version);
        return TypedResults.Ok(stored.Settings);
    }

    private static async Task<Ok<ShadowReport>> ReportAsync(HttpContext http, ShadowStore store, ShadowRows rows, ModelDirectory directory, TimeProvider time, CancellationToken ct)
    {
        var tenant = http.Caller().Tenant;
        var settings = (await store.LoadAsync(tenant, ct)).Settings;
        var embedder = (await directory.DefaultsAsync(tenant, ct)).Embedding;
        var (counts, held, days, api, chat) = await rows.ReportAsync(tenant, settings.Student, embedder, time.GetUtcNow() - Month, ct);
        return TypedResults.Ok(new ShadowReport(
            settings.Student, embedder, new(counts.Pairs, counts.Training, counts.HeldBack, ShadowRules.EnoughPairs, ShadowRules.ManyPairs), Promotion.Of(held),
            RentRule.Of(api, chat, counts.Pairs, settings), days));
    }

    private static async Task<Ok<Page<StoredPair>>> PairsAsync(HttpContext http, ShadowRows rows, string? cursor, int? limit, CancellationToken ct)
    {
        var size = Page.Size(limit);
        var portion = await rows.PortionAsync(http.Caller().Tenant, Cursors.ReadId(List, cursor) ?? Guid.Empty, size + 1, training: false, ct);
        return TypedResults.Ok(Page.Of(portion, size, static pair => Cursors.Of(List, pair.Id)));
    }

    private static async Task ExportAsync(HttpContext http, ShadowExport export, CancellationToken ct)
    {
        var tenant = http.Caller().Tenant;
        await export.BeginAsync(tenant, ct);
        http.Response.ContentType = "application/x-ndjson";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.ContentDisposition = "attachment; filename=\"training.jsonl\"";
        // From here on a failure breaks the answer off: nobody takes half of it for whole.
        await http.Response.StartAsync(ct);
        await export.WriteAsync(tenant, http.Response.BodyWriter, ct);
    }
}
