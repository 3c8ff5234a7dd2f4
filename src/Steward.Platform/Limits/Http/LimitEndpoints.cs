using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Steward.Platform.Access;
using Steward.Platform.Limits.Settings;
using Steward.Platform.Operators;
using Steward.Platform.Paging;
using Steward.Platform.Problems;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Limits.Http;

/// <param name="Own">What the tenant set; null where it set nothing.</param>
/// <param name="Effective">What holds; 0 is no limit.</param>
/// <param name="Ceilings">The most the tenant may set; 0 is no ceiling.</param>
internal sealed record LimitsAnswer(LimitValues Own, LimitValues Effective, LimitValues Ceilings);

/// <param name="Granted">What operators set; null where they set nothing.</param>
/// <param name="Effective">What holds; 0 is no limit.</param>
internal sealed record GrantedLimits(LimitValues Granted, LimitValues Effective);

/// <param name="Name">The quota.</param>
/// <param name="Used">What is used, in its unit.</param>
/// <param name="Limit">What may be used; null is no limit.</param>
internal sealed record QuotaUsage(string Name, long Used, long? Limit);

internal sealed record UsageAnswer(IReadOnlyList<QuotaUsage> Items);

/// <summary>
/// The tenant's limits and how much of its quotas is used. Bodies are named as such: the installation's own limits are a service of the same type.
/// </summary>
internal static class LimitEndpoints
{
    public static IEndpointRouteBuilder MapLimits(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/limits").WithTags("Limits");
        group.MapGet("", GetAsync).RequirePermission(Permissions.TenantRead).WithName("GetLimits").WithSummary("Rate limits, share and quotas of the tenant.");
        group.MapPut("", PutAsync).RequirePermission(Permissions.TenantWrite).RequireIfMatch().WithName("SetLimits")
            .WithSummary("Sets the tenant's own limits within its ceilings; what is left out is not set. Needs If-Match.");
        var operators = routes.MapGroup("/api/operator/tenants/{id:guid}/limits").WithTags("Operators");
        operators.MapGet("", GrantedAsync).RequireOperator(Permissions.Operator.TenantsRead).WithName("GetTenantLimits").WithSummary("What a tenant was granted, and what holds for it.");
        operators.MapPut("", GrantAsync).RequireOperator(Permissions.Operator.TenantsWrite).RequireIfMatch().WithName("SetTenantLimits")
            .WithSummary("Grants a tenant limits, its share and quotas; what is left out is the installation's. Needs If-Match.");
        routes.MapGet("/api/usage", UsageAsync).RequirePermission(Permissions.TenantRead).WithTags("Limits").WithName("GetUsage")
            .WithSummary("What the tenant uses of its quotas.");
        return routes;
    }

    private static async Task<Ok<UsageAnswer>> UsageAsync(HttpContext http, IEnumerable<IUsage> meters, ITenantLimits limits, CancellationToken ct)
    {
        var tenant = http.Caller().Tenant;
        var values = limits.Of(tenant);
        var items = new List<QuotaUsage>();
        foreach (var meter in meters.OrderBy(static meter => meter.Name, StringComparer.Ordinal))
        {
            var quota = LimitValues.Fields.First(field => field.Name == meter.Name).Get(values);
            items.Add(new QuotaUsage(meter.Name, await meter.ReadAsync(tenant, ct), quota is > 0 ? quota : null));
        }

        return TypedResults.Ok(new UsageAnswer(items));
    }

    private static async Task<Ok<LimitsAnswer>> GetAsync(HttpContext http, TenantLimitStore store, TenantLimits limits, CancellationToken ct) =>
        Answer(http, await store.FindAsync(http.Caller().Tenant, ct), limits);

    private static async Task<Results<Ok<LimitsAnswer>, ProblemHttpResult>> PutAsync(
        [FromBody] LimitValues request, HttpContext http, TenantLimitStore store, TenantLimits limits, CancellationToken ct)
    {
        var (stored, fault) = await store.SetOwnAsync(http.Caller().Tenant, request, http.ExpectedVersions(), ct);
        return (stored, fault) switch
        {
            (_, { } wrong) => Problem.Of(StatusCodes.Status400BadRequest, "limits.value", wrong),
            (null, _) => IfMatch.Failed(),
            _ => Answer(http, stored, limits),
        };
    }

    private static async Task<Results<Ok<GrantedLimits>, ProblemHttpResult>> GrantedAsync(
        Guid id, HttpContext http, ITenants tenants, TenantLimitStore store, TenantLimits limits, CancellationToken ct) =>
        await tenants.FindAsync(new TenantId(id), ct) is null ? Unknown() : Granted(http, await store.FindAsync(new TenantId(id), ct), limits);

    private static async Task<Results<Ok<GrantedLimits>, ProblemHttpResult>> GrantAsync(
        Guid id, [FromBody] LimitValues request, HttpContext http, ITenants tenants, TenantLimitStore store, TenantLimits limits, CancellationToken ct)
    {
        if (await tenants.FindAsync(new TenantId(id), ct) is null)
        {
            return Unknown();
        }

        var (stored, fault) = await store.GrantAsync(new TenantId(id), request, http.ExpectedVersions(), ct);
        return (stored, fault) switch
        {
            (_, { } wrong) => Problem.Of(StatusCodes.Status400BadRequest, "limits.value", wrong),
            (null, _) => IfMatch.Failed(),
            _ => Granted(http, stored, limits),
        };
    }

    private static ProblemHttpResult Unknown() => Problem.Of(StatusCodes.Status404NotFound, "not_found", "There is no such tenant.");

    private static Ok<GrantedLimits> Granted(HttpContext http, StoredLimits stored, TenantLimits limits)
    {
        http.SetETag(stored.Version);
        return TypedResults.Ok(new GrantedLimits(stored.Granted, LimitRules.Effective(stored.Own, stored.Granted, limits.Installation)));
    }

    private static Ok<LimitsAnswer> Answer(HttpContext http, StoredLimits stored, TenantLimits limits)
    {
        http.SetETag(stored.Version);
        return TypedResults.Ok(new LimitsAnswer(
            stored.Own, LimitRules.Effective(stored.Own, stored.Granted, limits.Installation), LimitRules.Ceilings(stored.Granted, limits.Installation)));
    }
}
