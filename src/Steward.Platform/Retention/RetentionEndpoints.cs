using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Steward.Platform.Access;
using Steward.Platform.Paging;
using Steward.Platform.Problems;

namespace Steward.Platform.Retention;

/// <param name="Days">Days by class; null keeps it. A class that is not named has its default. Not left out: an empty object sets them all back.</param>
internal sealed record RetentionRequest([property: JsonRequired] Dictionary<string, int?>? Days);

/// <param name="Days">What holds now; null keeps it.</param>
/// <param name="Default">What holds when nothing is set.</param>
/// <param name="Least">Fewest days.</param>
/// <param name="Most">Most days.</param>
/// <param name="MayBeKept">Whether null is allowed.</param>
internal sealed record RetentionTime(string Class, int? Days, int? Default, int Least, int Most, bool MayBeKept);

internal sealed record RetentionAnswer(IReadOnlyList<RetentionTime> Times);

internal static class RetentionEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/retention").WithTags("Tenant");
        group.MapGet("", GetAsync).RequirePermission(Permissions.TenantRead).WithName("GetRetention").WithSummary("How long what is kept, by class.");
        group.MapPut("", PutAsync).RequireIfMatch().RequirePermission(Permissions.TenantWrite).WithName("SetRetention").WithSummary("Sets how long what is kept; classes that are not named have their default.");
    }

    private static async Task<Ok<RetentionAnswer>> GetAsync(HttpContext http, TenantRetention retention, IEnumerable<IRetentionClass> classes, CancellationToken ct) =>
        Answer(http, (await retention.ReadAsync(http.Caller().Tenant, ct)).Setting, classes);

    private static async Task<Results<Ok<RetentionAnswer>, ProblemHttpResult>> PutAsync(
        RetentionRequest request, HttpContext http, TenantRetention retention, IEnumerable<IRetentionClass> classes, CancellationToken ct)
    {
        var bounds = classes.ToDictionary(one => one.Bounds.Name, one => one.Bounds, StringComparer.Ordinal);
        foreach (var (name, days) in request.Days ?? [])
        {
            if (!bounds.TryGetValue(name, out var known))
            {
                return Problem.Of(StatusCodes.Status422UnprocessableEntity, "retention.class", $"Classes of data are: {string.Join(", ", bounds.Keys.Order(StringComparer.Ordinal))}.");
            }

            if (!known.Takes(days))
            {
                var kept = known.MayBeKept ? ", or null to keep it" : "";
                return Problem.Of(StatusCodes.Status422UnprocessableEntity, "retention.days", $"{name} takes {known.Least} to {known.Most} days{kept}.");
            }
        }

        return await retention.WriteAsync(http.Caller().Tenant, request.Days ?? [], http.ExpectedVersions(), ct) is { } setting ? Answer(http, setting, classes) : IfMatch.Failed();
    }

    private static Ok<RetentionAnswer> Answer(HttpContext http, RetentionSetting setting, IEnumerable<IRetentionClass> classes)
    {
        http.SetETag(setting.Version);
        return TypedResults.Ok(new RetentionAnswer(
        [
            .. classes.Select(static one => one.Bounds).OrderBy(static bounds => bounds.Name, StringComparer.Ordinal)
                .Select(bounds => new RetentionTime(bounds.Name, setting.Of(bounds), bounds.Days, bounds.Least, bounds.Most, bounds.MayBeKept)),
        ]));
    }
}
