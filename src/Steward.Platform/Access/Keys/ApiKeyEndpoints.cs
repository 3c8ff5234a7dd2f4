using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Steward.Platform.Paging;
using Steward.Platform.Problems;

namespace Steward.Platform.Access.Keys;

/// <param name="PerHour">Messages and starts of conversations in any hour; left out or 0, the installation's setting binds the key.</param>
/// <param name="PerMinute">The same in any minute.</param>
/// <param name="Streams">How streamed answers of models leave where a request does not say: <c>live</c> unless set, or <c>complete</c>.</param>
internal sealed record NewApiKey(string? Name, IReadOnlyList<string>? Permissions, DateTimeOffset? ExpiresAt, long? PerHour, long? PerMinute, string? Streams = null);

/// <summary>What is left out stays. 0 takes a limit away.</summary>
internal sealed record ApiKeyEdit(string? Name, long? PerHour, long? PerMinute, string? Streams = null);

internal sealed record ApiKeyAnswer(
    Guid Id, string Name, string Prefix, IReadOnlyList<string> Permissions, DateTimeOffset? ExpiresAt, DateTimeOffset? LastUsedAt, DateTimeOffset CreatedAt,
    int? PerHour, int? PerMinute, string Streams, int Version);

/// <param name="Key">The key itself; shown this once.</param>
/// <param name="Details">As lists show it.</param>
internal sealed record CreatedApiKey(string Key, ApiKeyAnswer Details);

/// <summary>Keys of programs.</summary>
internal static class ApiKeyEndpoints
{
    private const string List = "keys";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/keys").WithTags("Keys");
        group.MapPost("", CreateAsync).RequirePermission(Permissions.KeysWrite).WithName("CreateKey").WithSummary("Makes an API key; the answer is the only place it is shown.");
        group.MapGet("", ListAsync).RequirePermission(Permissions.KeysRead).WithName("ListKeys").WithSummary("The tenant's API keys, without the keys themselves.");
        group.MapGet("/{id:guid}", FindAsync).RequirePermission(Permissions.KeysRead).WithName("GetKey").WithSummary("One API key, without the key itself.");
        group.MapPatch("/{id:guid}", EditAsync).RequirePermission(Permissions.KeysWrite).RequireIfMatch().WithName("ChangeKey").WithSummary("Changes a key's name, limit and streams; needs If-Match.");
        group.MapDelete("/{id:guid}", RevokeAsync).RequirePermission(Permissions.KeysWrite).WithName("RevokeKey").WithSummary("Revokes an API key.");
    }

    private static async Task<Results<Created<CreatedApiKey>, ProblemHttpResult>> CreateAsync(
        NewApiKey request, HttpContext http, ApiKeyStore store, TimeProvider time, CancellationToken ct)
    {
        var caller = http.Caller();
        if (Check(request, caller, time.GetUtcNow()) is { } wrong)
        {
            return wrong;
        }

        if (default(KeyLimit).With(request.PerHour, request.PerMinute) is not { } limit)
        {
            return BadLimit();
        }

        if (!KeyStreams.IsKnown(request.Streams))
        {
            return BadStreams();
        }

        var (row, secret) = await store.CreateAsync(
            caller.Tenant, request.Name!.Trim(), request.Permissions!.Distinct(), request.ExpiresAt, caller.Id, ct, limit, request.Streams);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Created($"/api/keys/{row.Id:D}", new CreatedApiKey(secret, Answer(row)));
    }

    private static async Task<Ok<Page<ApiKeyAnswer>>> ListAsync(int? limit, string? cursor, HttpContext http, ApiKeyStore store, CancellationToken ct)
    {
        var size = Page.Size(limit);
        var rows = await store.ListAsync(http.Caller().Tenant, Cursors.ReadTime(List, cursor), size, ct);
        return TypedResults.Ok(Page.Of(rows.ConvertAll(Answer), size, last => Cursors.Of(List, last.CreatedAt, last.Id)));
    }

    private static async Task<Results<Ok<ApiKeyAnswer>, ProblemHttpResult>> FindAsync(Guid id, HttpContext http, ApiKeyStore store, CancellationToken ct) =>
        await store.FindAsync(http.Caller().Tenant, id, ct) is { } found ? Tagged(http, found) : NotFound();

    private static async Task<Results<Ok<ApiKeyAnswer>, ProblemHttpResult>> EditAsync(Guid id, ApiKeyEdit request, HttpContext http, ApiKeyStore store, CancellationToken ct)
    {
        var tenant = http.Caller().Tenant;
        if (await store.FindAsync(tenant, id, ct) is not { } current)
        {
            return NotFound();
        }

        if (request.Name is not null && !Inputs.IsName(request.Name))
        {
            return Inputs.BadName();
        }

        if (current.Limit.With(request.PerHour, request.PerMinute) is not { } limit)
        {
            return BadLimit();
        }

        if (!KeyStreams.IsKnown(request.Streams))
        {
            return BadStreams();
        }

        // What is left out stays as it was read, so an edit in between must fail this one even where any version is accepted.
        long[] seen = http.ExpectedVersions() is { } versions ? [.. versions.Where(version => version == current.Version)] : [current.Version];
        return await store.EditAsync(tenant, id, request.Name?.Trim() ?? current.Name, limit, request.Streams ?? current.Streams, seen, ct) is { } changed ? Tagged(http, changed) : IfMatch.Failed();
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RevokeAsync(Guid id, HttpContext http, ApiKeyStore store, CancellationToken ct) =>
        await store.RevokeAsync(http.Caller().Tenant, id, ct) ? TypedResults.NoContent() : NotFound();

    private static ProblemHttpResult NotFound() => Problem.Of(StatusCodes.Status404NotFound, "key.not_found", "There is no such key, or it was revoked before.");

    private static ProblemHttpResult BadLimit() => Problem.Of(StatusCodes.Status422UnprocessableEntity, "key.limit", KeyLimit.Fault);

    private static ProblemHttpResult BadStreams() => Problem.Of(StatusCodes.Status422UnprocessableEntity, "key.streams", KeyStreams.Fault);

    private static Ok<ApiKeyAnswer> Tagged(HttpContext http, ApiKeyRow row)
    {
        http.SetETag(row.Version);
        return TypedResults.Ok(Answer(row));
    }

    private static ProblemHttpResult? Check(NewApiKey request, Caller caller, DateTimeOffset now)
    {
        if (!Inputs.IsName(request.Name))
        {
            return Inputs.BadName();
        }

        if (request.Permissions is not { Count: > 0 } wanted || !wanted.All(Permissions.All.Contains))
        {
            return Problem.Of(
                StatusCodes.Status422UnprocessableEntity, "key.permissions", "Name the permissions of the key, from the list in 'known'.",
                [new("known", Permissions.All.Order(StringComparer.Ordinal).ToArray())]);
        }

        if (wanted.Where(permission => !caller.May(permission)).ToArray() is { Length: > 0 } beyond)
        {
            return Problem.Of(
                StatusCodes.Status403Forbidden, "key.beyond_own", "A key cannot hold what its maker does not. Leave out the permissions in 'beyond'.",
                [new("beyond", beyond)]);
        }

        return request.ExpiresAt <= now
            ? Problem.Of(StatusCodes.Status422UnprocessableEntity, "key.expires_at", "expiresAt lies in the past.")
            : null;
    }

    private static ApiKeyAnswer Answer(ApiKeyRow row) =>
        new(row.Id, row.Name, row.Prefix, row.Permissions, row.ExpiresAt, row.LastUsedAt, row.CreatedAt, row.Limit.PerHour, row.Limit.PerMinute, row.Streams, row.Version);
}
