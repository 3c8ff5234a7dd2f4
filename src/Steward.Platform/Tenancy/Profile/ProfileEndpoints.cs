using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Steward.Platform.Access;
using Steward.Platform.Paging;
using Steward.Platform.Problems;
using Steward.Platform.Sealing;
using Steward.Platform.Tenancy.Hours;

namespace Steward.Platform.Tenancy.Profile;

/// <param name="IsOpen">Whether it is open now; null without opening hours.</param>
/// <param name="Logo">Where the logo is read; null without one.</param>
/// <param name="NextOpening">When it opens next, now when it is open; null without opening hours, or when it does not within 800 days.</param>
internal sealed record ProfileAnswer(
    Guid Id, string Name, string TimeZone, string Locale, string Currency, HoursText? OpeningHours, bool? IsOpen, DateTimeOffset? NextOpening, string? Logo, int Version);

internal sealed record ProfilePatch(string? Name, string? TimeZone, string? Locale, string? Currency);

/// <summary>The tenant as its members know and change it.</summary>
internal static class ProfileEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/tenant").WithTags("Tenant");
        group.MapGet("", GetAsync).RequirePermission(Permissions.TenantRead).WithName("GetProfile").WithSummary("The tenant's profile, and whether it is open now.");
        group.MapPatch("", PatchAsync).RequirePermission(Permissions.TenantWrite).RequireIfMatch().WithName("ChangeProfile").WithSummary("Changes name, time zone, locale or currency; needs If-Match.");
        group.MapPut("/opening-hours", PutHoursAsync).RequirePermission(Permissions.TenantWrite).RequireIfMatch().WithName("SetOpeningHours").WithSummary("Sets the opening hours, with exceptions by date; needs If-Match.");
        group.MapDelete("/opening-hours", DeleteHoursAsync).RequirePermission(Permissions.TenantWrite).RequireIfMatch().WithName("RemoveOpeningHours").WithSummary("Removes the opening hours: nothing is said about them; needs If-Match.");
    }

    private static async Task<Ok<ProfileAnswer>> GetAsync(HttpContext http, ITenants tenants, TimeProvider time, CancellationToken ct) =>
        Tagged(http, await tenants.FindAsync(http.Caller().Tenant, ct) ?? throw new UnknownTenantException(http.Caller().Tenant), time);

    private static async Task<Results<Ok<ProfileAnswer>, ProblemHttpResult>> PatchAsync(ProfilePatch patch, HttpContext http, TenantProfiles profiles, TimeProvider time, CancellationToken ct)
    {
        var fault = (patch.Name is null ? null : TenantInputs.CheckName(patch.Name))
            ?? (patch.TimeZone is null ? null : TenantInputs.CheckTimeZone(patch.TimeZone))
            ?? (patch.Locale is null ? null : TenantInputs.CheckLocale(patch.Locale))
            ?? (patch.Currency is null ? null : TenantInputs.CheckCurrency(patch.Currency));
        return fault is not null ? fault.ToProblem() : await AnswerAsync(http, time, profiles.ChangeAsync(http.Caller(), patch, http.ExpectedVersions(), ct));
    }

    private static async Task<Results<Ok<ProfileAnswer>, ProblemHttpResult>> PutHoursAsync(HoursText hours, HttpContext http, TenantProfiles profiles, TimeProvider time, CancellationToken ct) =>
        hours.Read().Fault is { } fault ? fault.ToProblem() : await AnswerAsync(http, time, profiles.SetHoursAsync(http.Caller(), hours, http.ExpectedVersions(), ct));

    private static Task<Results<Ok<ProfileAnswer>, ProblemHttpResult>> DeleteHoursAsync(HttpContext http, TenantProfiles profiles, TimeProvider time, CancellationToken ct) =>
        AnswerAsync(http, time, profiles.SetHoursAsync(http.Caller(), null, http.ExpectedVersions(), ct));

    private static async Task<Results<Ok<ProfileAnswer>, ProblemHttpResult>> AnswerAsync(HttpContext http, TimeProvider time, Task<Tenant?> change) =>
        await change is { } changed ? Tagged(http, changed, time) : IfMatch.Failed();

    private static Ok<ProfileAnswer> Tagged(HttpContext http, Tenant tenant, TimeProvider time)
    {
        var (hours, now) = (tenant.OpeningHours, time.GetUtcNow());
        http.SetETag(tenant.Version);
        return TypedResults.Ok(new ProfileAnswer(
            tenant.Id.Value, tenant.Name, tenant.TimeZone, tenant.Locale, tenant.Currency, hours is null ? null : HoursText.Of(hours),
            hours?.IsOpen(now, tenant.Zone), hours?.NextOpening(now, tenant.Zone), tenant.LogoFile is null ? null : "/api/tenant/logo", tenant.Version));
    }
}
