using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Steward.Platform.Access;
using Steward.Platform.Events;
using Steward.Platform.Events.Records;
using Steward.Platform.Operators;
using Steward.Platform.Paging;
using Steward.Platform.Postgres;
using Steward.Platform.Problems;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Audit;

/// <summary>What a reader of the audit asks for.</summary>
/// <param name="Kind">member, key, operator, command or anyone.</param>
/// <param name="Action">An action such as member.changed, or its first word.</param>
/// <param name="To">Exclusive.</param>
internal sealed record AuditQuery(Guid? Actor, string? Kind, string? Action, Guid? Subject, DateTimeOffset? From, DateTimeOffset? To);

/// <summary>The audit of a tenant, for its administrators, and that of the installation, for operators.</summary>
internal static class AuditEndpoints
{
    private const string List = "audit";
    private const int LongestAction = 60;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var tenant = routes.MapGroup("/api/audit").WithTags("Audit");
        tenant.MapGet("", ListAsync).RequirePermission(Permissions.AuditRead).WithName("ListAudit")
            .WithSummary("What members, keys and operators did, newest first.");
        tenant.MapGet("/export", ExportAsync).RequirePermission(Permissions.AuditRead).WithName("ExportAudit")
            .WithSummary("The same as a file, csv or ndjson, streamed; the export is an entry itself.");
        var operators = routes.MapGroup("/api/operator/audit").WithTags("Operators");
        operators.MapGet("", ListAllAsync).RequireOperator(Permissions.Operator.AuditRead).WithName("ListInstallationAudit")
            .WithSummary("What operators and commands did, newest first, optionally to one tenant.");
        operators.MapGet("/export", ExportAllAsync).RequireOperator(Permissions.Operator.AuditRead).WithName("ExportInstallationAudit")
            .WithSummary("The same as a file, csv or ndjson, streamed; the export is an entry itself.");
    }

    private static Task<Results<Ok<Page<AuditEntry>>, ProblemHttpResult>> ListAsync(
        [AsParameters] AuditQuery query, int? limit, string? cursor, HttpContext http, AuditStore store, CancellationToken ct) =>
        PageAsync(http.Caller().Tenant, query, null, limit, cursor, store, ct);

    private static Task<Results<Ok<Page<AuditEntry>>, ProblemHttpResult>> ListAllAsync(
        [AsParameters] AuditQuery query, Guid? tenant, int? limit, string? cursor, AuditStore store, CancellationToken ct) =>
        PageAsync(TenantId.Installation, query, tenant, limit, cursor, store, ct);

    private static Task<Results<PushStreamHttpResult, ProblemHttpResult>> ExportAsync(
        [AsParameters] AuditQuery query, string? format, HttpContext http, AuditStore store, Database database, CancellationToken ct) =>
        FileAsync(http.Caller().Tenant, query, null, format, http, store, database, ct);

    private static Task<Results<PushStreamHttpResult, ProblemHttpResult>> ExportAllAsync(
        [AsParameters] AuditQuery query, Guid? tenant, string? format, HttpContext http, AuditStore store, Database database, CancellationToken ct) =>
        FileAsync(TenantId.Installation, query, tenant, format, http, store, database, ct);

    private static async Task<Results<Ok<Page<AuditEntry>>, ProblemHttpResult>> PageAsync(
        TenantId owner, AuditQuery query, Guid? about, int? limit, string? cursor, AuditStore store, CancellationToken ct)
    {
        if (Check(query) is { } wrong)
        {
            return wrong;
        }

        var size = Page.Size(limit);
        var rows = await store.ListAsync(owner, Filter(query, about), Cursors.ReadNumber(List, cursor), size + 1, ct);
        return TypedResults.Ok(Page.Of(rows, size, last => Cursors.Of(List, last.Entry)));
    }

    private static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> FileAsync(
        TenantId owner, AuditQuery query, Guid? about, string? format, HttpContext http, AuditStore store, Database database, CancellationToken ct)
    {
        if ((Check(query) ?? (AuditFile.Formats.ContainsKey(format ?? "") ? null : Bad("'format' is one of: csv, ndjson."))) is { } wrong)
        {
            return wrong;
        }

        // What is asked for ends here: the entry of this export, and what comes while it runs, belong to the next one.
        var filter = Filter(query, about);
        var newest = await store.ListAsync(owner, filter, null, 1, ct);
        var session = database.For(owner);
        session.Record(new AuditExported(owner.Value, format!));
        await session.SendAsync(ct);
        http.Response.Headers.CacheControl = "no-store";
        var json = http.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        var name = $"audit-{newest.FirstOrDefault()?.At.UtcDateTime.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture) ?? "empty"}.{format}";
        return TypedResults.Stream(
            body => AuditFile.WriteAsync(body, format!, store, owner, filter, newest.Count == 0 ? 0 : newest[0].Entry, json, http.RequestAborted), AuditFile.Formats[format!], name);
    }

    private static AuditFilter Filter(AuditQuery query, Guid? about) => new(query.Actor, query.Kind, query.Action, query.Subject, query.From, query.To, about);

    private static ProblemHttpResult? Check(AuditQuery query) =>
        query.Kind is not null && (ActorKinds.TryParse(query.Kind) is null or ActorKind.System or ActorKind.Visitor) ? Bad("'kind' is one of: member, key, operator, command, anyone.")
        : query.Action is { } action && (action.Length is 0 or > LongestAction || !action.All(static letter => char.IsAsciiLetterLower(letter) || letter is '.' or '_'))
            ? Bad("'action' is an action such as member.changed, or its first word.")
        : null;

    private static ProblemHttpResult Bad(string detail) => Problem.Of(StatusCodes.Status400BadRequest, "request.parameter", detail);
}
