using System.Collections.Frozen;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Steward.Platform.Access;
using Steward.Platform.Events;
using Steward.Platform.Events.Records;
using Steward.Platform.Files;
using Steward.Platform.Files.Http;
using Steward.Platform.Paging;
using Steward.Platform.Postgres;
using Steward.Platform.Problems;

namespace Steward.Platform.Tenancy.Profile;

/// <summary>The tenant's logo: one picture, a file of its own.</summary>
internal static class LogoEndpoints
{
    private const string Purpose = "logo";
    private const long Most = 1024 * 1024;

    /// <summary>Pictures that cannot run anything in a page.</summary>
    private static readonly FrozenSet<string> Types = FrozenSet.ToFrozenSet(["image/png", "image/jpeg", "image/webp", "image/gif"]);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/tenant/logo").WithTags("Tenant");
        group.MapGet("", GetAsync).RequirePermission(Permissions.TenantRead).WithName("GetLogo").WithSummary("The tenant's logo.");
        group.MapPut("", PutAsync).RequirePermission(Permissions.TenantWrite).RequireIfMatch().WithName("SetLogo")
            .WithSummary("Sets the logo: the body is a PNG, JPEG, WebP or GIF of at most 1 MB; needs If-Match of the profile.");
        group.MapDelete("", DeleteAsync).RequirePermission(Permissions.TenantWrite).RequireIfMatch().WithName("RemoveLogo").WithSummary("Removes the logo; needs If-Match of the profile.");
    }

    private static async Task<Results<FileStreamHttpResult, ProblemHttpResult>> GetAsync(HttpContext http, ITenants tenants, IFiles files, CancellationToken ct)
    {
        var tenant = http.Caller().Tenant;
        return (await tenants.FindAsync(tenant, ct))?.LogoFile is { } id && await files.FindAsync(tenant, id, Purpose, ct) is { } file
            ? FileEndpoints.Serve(http, files, file)
            : Problem.Of(StatusCodes.Status404NotFound, "tenant.no_logo", "The tenant has no logo.");
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> PutAsync(HttpContext http, ITenants tenants, IFiles files, Database database, CancellationToken ct)
    {
        var caller = http.Caller();
        var old = (await tenants.FindAsync(caller.Tenant, ct))?.LogoFile is { } id ? await files.FindAsync(caller.Tenant, id, Purpose, ct) : null;
        var staged = await files.StageAsync(
            caller.Tenant, http.Request.Body,
            new NewFile(Purpose, FileRetention.Permanent, Purpose) { DeclaredType = http.Request.ContentType, Author = caller.Id, MaxBytes = Most, Types = Types, Freed = old?.Size ?? 0 }, ct);
        var changed = false;
        try
        {
            changed = staged.File.Size > 0 && await ChangeAsync(http, files, database, staged, ct);
        }
        finally
        {
            if (!changed)
            {
                await files.AbandonAsync(staged);
            }
        }

        return changed ? TypedResults.NoContent()
            : staged.File.Size == 0 ? Problem.Of(StatusCodes.Status422UnprocessableEntity, "files.empty", "The file is empty. Send one with content.")
            : IfMatch.Failed();
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(HttpContext http, IFiles files, Database database, CancellationToken ct) =>
        await ChangeAsync(http, files, database, null, ct) ? TypedResults.NoContent() : IfMatch.Failed();

    /// <summary>The new logo comes and the old one goes in one transaction; false when the profile has another version than the caller has seen.</summary>
    private static async Task<bool> ChangeAsync(HttpContext http, IFiles files, Database database, StagedFile? logo, CancellationToken ct)
    {
        var (caller, seen) = (http.Caller(), http.ExpectedVersions());
        var session = database.For(caller.Tenant);
        await using var transaction = await session.BeginAsync(ct);
        var before = TenantRows.AppendRead(session, locked: true);
        await session.SendAsync(ct);
        if (before.Value is not { } tenant || (seen is not null && !seen.Contains(tenant.Version)))
        {
            return false;
        }

        // The old one first: in a full store a new one of the same size has its room.
        if (tenant.LogoFile is { } old)
        {
            files.Remove(session, old, Purpose);
        }

        if (logo is not null)
        {
            files.Keep(session, logo);
        }

        session.Add(
            "update platform.tenants set logo_file = $2, version = version + 1 where tenant_id = $1", Sql.Uuid(caller.Tenant.Value), Sql.Uuid(logo?.File.Id));
        session.Record(new TenantChanged(caller.Tenant.Value, caller.Id, [new FieldChange("logo")]));
        await transaction.CommitAsync(ct);
        http.SetETag(tenant.Version + 1);
        return true;
    }
}
