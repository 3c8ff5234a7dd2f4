using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Steward.Platform.Paging;
using Steward.Platform.Problems;

namespace Steward.Platform.Access.Keys;

internal sealed record NewApiKey(string? Name, IReadOnlyList<string>? Permissions, DateTimeOffset? ExpiresAt);

internal sealed record ApiKeyAnswer(
    Guid Id, string Name, string Prefix, IReadOnlyList<string> Permissions, DateTimeOffset? ExpiresAt, DateTimeOffset? LastUsedAt, DateTimeOffset CreatedAt);

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

        var (row, secret) = await store.CreateAsync(
            caller.Tenant, request.Name!.Trim(), request.Permissions!.Distinct(), request.ExpiresAt, caller.Id, ct);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Created($"/api/keys/{row.Id:D}", new CreatedApiKey(secret, Answer(row)));
    }

    private static async Task<Ok<Page<ApiKeyAnswer>>> ListAsync(int? limit, string? cursor, HttpContext http, ApiKeyStore store, CancellationToken ct)
    {
        var size = Page.Size(limit);
        var rows = await store.ListAsync(http.Caller().Tenant, Cursors.ReadTime(List, cursor), size, ct);
        return TypedResults.Ok(Page.Of(rows.ConvertAll(Answer), size, last => Cursors.Of(List, last.CreatedAt, last.Id)));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RevokeAsync(Guid id, HttpContext http, ApiKeyStore store, CancellationToken ct) =>
        await store.RevokeAsync(http.Caller().Tenant, id, ct)
            ? TypedResults.NoContent()
            : Problem.Of(StatusCodes.Status404NotFound, "key.not_found", "There is no such key, or it was revoked before.");

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
        new(row.Id, row.Name, row.Prefix, row.Permissions, row.ExpiresAt, row.LastUsedAt, row.CreatedAt);
}
