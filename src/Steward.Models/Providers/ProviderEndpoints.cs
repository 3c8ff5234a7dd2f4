using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Steward.Platform.Access;
using Steward.Platform.Problems;

namespace Steward.Models.Providers;

/// <summary>A tenant's own provider keys: written, replaced and removed, never shown.</summary>
internal static class ProviderEndpoints
{
    private const int LongestKey = 1000;

    public static async Task<Ok<ProviderStates>> ListAsync(HttpContext http, ModelSettings settings, ModelDirectory directory, TenantProviders tenants, CancellationToken ct)
    {
        var own = await tenants.StatesAsync(http.Caller().Tenant, ct);
        return TypedResults.Ok(new ProviderStates([.. settings.Kinds.Select(kind => State(kind, own, directory))]));
    }

    public static async Task<Results<NoContent, ProblemHttpResult>> PutAsync(
        string name, ProviderKeyRequest request, HttpContext http, ModelSettings settings, TenantProviders tenants, CancellationToken ct)
    {
        if (settings.Kind(name) is not { } kind)
            return Problem.Of(404, "models.provider_unknown", $"Name one of: {string.Join(", ", settings.Kinds.Select(known => known.Name))}.");
        var key = string.IsNullOrWhiteSpace(request.Key) ? null : request.Key.Trim();
        var url = string.IsNullOrWhiteSpace(request.BaseUrl) ? null : request.BaseUrl.Trim();
        if (key is null && url is null) return Problem.Of(400, "models.provider_empty", "Send a 'key', a 'baseUrl', or both.");
        if (key is { Length: > LongestKey } || key?.Any(char.IsControl) == true)
            return Problem.Of(400, "models.key_malformed", $"A key is one line of at most {LongestKey} characters.");
        if (url is not null && !(Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.UserInfo.Length == 0))
            return Problem.Of(400, "models.base_url_malformed", "'baseUrl' must be an http or https address without credentials.");
        if (url is null && kind.BaseUrl is null && settings.Providers.All(setting => setting.Kind.Name != kind.Name))
            return Problem.Of(400, "models.base_url_missing", "This provider has no address of its own; send a 'baseUrl'.");
        await tenants.StoreAsync(http.Caller().Tenant, kind, key, url, ct);
        return TypedResults.NoContent();
    }

    public static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(string name, HttpContext http, TenantProviders tenants, CancellationToken ct) =>
        await tenants.RemoveAsync(http.Caller().Tenant, name, ct)
            ? TypedResults.NoContent()
            : Problem.Of(404, "models.provider_unset", "The tenant has no key of its own for this provider.");

    private static ProviderStateView State(ProviderKind kind, IReadOnlyList<ProviderKeyState> own, ModelDirectory directory)
    {
        if (own.FirstOrDefault(state => state.Provider == kind.Name) is { } mine)
            return new ProviderStateView(kind.Name, "tenant", mine.HasKey, mine.BaseUrl, mine.UpdatedAt);
        var shared = directory.Installation.FirstOrDefault(provider => provider.Kind.Name == kind.Name);
        return new ProviderStateView(kind.Name, shared is null ? "off" : "installation", shared?.HasKey == true, null, null);
    }
}

internal sealed record ProviderKeyRequest(string? Key, string? BaseUrl);

internal sealed record ProviderStates(IReadOnlyList<ProviderStateView> Items);

/// <summary>State: <c>off</c>, <c>installation</c> (the operator's key) or <c>tenant</c> (the tenant's own).</summary>
internal sealed record ProviderStateView(string Name, string State, bool HasKey, string? BaseUrl, DateTimeOffset? UpdatedAt);
