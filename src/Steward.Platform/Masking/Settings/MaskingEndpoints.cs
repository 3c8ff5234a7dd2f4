using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Steward.Platform.Access;
using Steward.Platform.Paging;
using Steward.Platform.Problems;

namespace Steward.Platform.Masking.Settings;

/// <param name="Masking">off, models or models+exports.</param>
internal sealed record MaskingBody(string? Masking);

internal static class MaskingEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/masking").WithTags("Tenant");
        group.MapGet("", GetAsync).RequirePermission(Permissions.TenantRead).WithName("GetMasking").WithSummary("What is masked before texts leave for models and exports.");
        group.MapPut("", PutAsync).RequireIfMatch().RequirePermission(Permissions.TenantWrite).WithName("SetMasking").WithSummary("Sets what is masked: off, models or models+exports.");
    }

    private static async Task<Ok<MaskingBody>> GetAsync(HttpContext http, TenantMasking masking, CancellationToken ct)
    {
        var setting = await masking.ReadAsync(http.Caller().Tenant, ct);
        http.SetETag(setting.Version);
        return TypedResults.Ok(new MaskingBody(MaskingScopes.NameOf(setting.Scope)));
    }

    private static async Task<Results<Ok<MaskingBody>, ProblemHttpResult>> PutAsync(MaskingBody body, HttpContext http, TenantMasking masking, CancellationToken ct)
    {
        if (MaskingScopes.Parse(body.Masking) is not { } scope)
        {
            return Problem.Of(StatusCodes.Status422UnprocessableEntity, "masking.scope", "masking must be off, models or models+exports.");
        }

        if (await masking.WriteAsync(http.Caller().Tenant, scope, http.ExpectedVersions(), ct) is not { } setting)
        {
            return IfMatch.Failed();
        }

        http.SetETag(setting.Version);
        return TypedResults.Ok(new MaskingBody(MaskingScopes.NameOf(setting.Scope)));
    }
}
