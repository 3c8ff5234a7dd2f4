namespace Steward.Platform.Tenancy;

/// <summary>The tenants of the installation.</summary>
public interface ITenants
{
    /// <summary>Creates a tenant with its keys, in one transaction.</summary>
    /// <param name="name">What people call it.</param>
    /// <param name="timeZone">IANA time zone.</param>
    /// <param name="locale">BCP 47 language tag.</param>
    Task<Tenant> CreateAsync(string name, CancellationToken ct, string timeZone = "UTC", string locale = "en");

    /// <summary>The tenant, or null when there is none of that id.</summary>
    Task<Tenant?> FindAsync(TenantId id, CancellationToken ct);

    /// <summary>The ids of all tenants that are not being deleted.</summary>
    Task<IReadOnlyList<TenantId>> IdsAsync(CancellationToken ct);
}
