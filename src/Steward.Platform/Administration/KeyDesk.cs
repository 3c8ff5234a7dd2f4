using Steward.Platform.Access;
using Steward.Platform.Access.Keys;
using Steward.Platform.Paging;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Administration;

internal sealed class KeyDesk(ApiKeyStore keys, TimeProvider time) : IKeyAdministration
{
    public async Task<ApiKey> CreateAsync(TenantId tenant, string name, IReadOnlyCollection<string> permissions, DateTimeOffset? expiresAt, CancellationToken ct)
    {
        if (!Inputs.IsName(name))
        {
            throw new RefusedException("input.name", "A key needs a name of 1 to 100 characters on one line.");
        }

        if (permissions.Count == 0 || !permissions.All(Permissions.All.Contains))
        {
            throw new RefusedException("key.permissions", $"Name the permissions of the key: {string.Join(", ", Permissions.All.Order(StringComparer.Ordinal))}.");
        }

        if (expiresAt <= time.GetUtcNow())
        {
            throw new RefusedException("key.expires_at", "The time of expiry lies in the past.");
        }

        var (row, secret) = await keys.CreateAsync(tenant, name.Trim(), permissions.Distinct(), expiresAt, Guid.Empty, ct);
        return new ApiKey(row.Id, secret);
    }

    public async Task<IReadOnlyList<KeyEntry>> ListAsync(TenantId tenant, CancellationToken ct)
    {
        var rows = await Pages.AllAsync((after, size) => keys.ListAsync(tenant, after, size, ct), last => new TimeCursor(last.CreatedAt, last.Id));
        return [.. rows.Select(row => new KeyEntry(row.Id, row.Name, row.Prefix, row.Permissions, row.ExpiresAt, row.LastUsedAt))];
    }

    public async Task RevokeAsync(TenantId tenant, Guid key, CancellationToken ct)
    {
        if (!await keys.RevokeAsync(tenant, key, ct))
        {
            throw new RefusedException("key.not_found", "There is no such key, or it was revoked before.");
        }
    }
}
