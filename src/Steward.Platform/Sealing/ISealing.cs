using Steward.Platform.Tenancy;

namespace Steward.Platform.Sealing;

/// <summary>Gives each tenant's sealer. The first use of a tenant on a node reads its keys; later uses do not touch the database.</summary>
public interface ISealing
{
    /// <summary>The tenant's sealer. Throws <see cref="UnknownTenantException"/> when the tenant has no keys.</summary>
    ValueTask<TenantSealer> ForAsync(TenantId tenant, CancellationToken ct);
}

/// <summary>No keys exist for a tenant: it never existed or was erased.</summary>
public sealed class UnknownTenantException(TenantId tenant) : Exception($"Tenant {tenant} has no keys.");

/// <summary>A sealed value did not open: it was altered, moved to another place, or sealed with another key.</summary>
public sealed class SealBrokenException(string table, string column)
    : Exception($"A sealed value of {table}.{column} does not open.");
