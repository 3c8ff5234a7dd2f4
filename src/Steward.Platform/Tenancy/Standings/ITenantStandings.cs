namespace Steward.Platform.Tenancy;

/// <summary>Whether a tenant may use the installation.</summary>
public enum TenantStanding
{
    /// <summary>It may.</summary>
    Active = 0,

    /// <summary>An operator stopped it; what it owns stays.</summary>
    Suspended = 1,

    /// <summary>It is to be erased when its time of grace ends.</summary>
    Deleting = 2,

    /// <summary>Its rows are gone.</summary>
    Erased = 3,
}

/// <summary>
/// The tenants that may not use the installation, known to every node: asking costs no round trip. A change is known on this node
/// with its commit and on others within seconds.
/// </summary>
public interface ITenantStandings
{
    /// <summary>The tenant's standing as this node knows it.</summary>
    TenantStanding Of(TenantId tenant);

    /// <summary>The ids of all tenants that are not active, for statements that look for work across tenants.</summary>
    Guid[] Stopped { get; }

    /// <summary>Calls back after a tenant's standing changed. Callbacks run one after another and must be short. For services that last.</summary>
    void Listen(Action<TenantId, TenantStanding> changed);
}

/// <summary>What was asked is refused because the tenant may not use the installation.</summary>
public sealed class TenantStoppedException(TenantId tenant, TenantStanding standing) : Exception($"Tenant {tenant} is {standing}.")
{
    /// <summary>Why.</summary>
    public TenantStanding Standing => standing;
}

/// <summary>Ways to ask.</summary>
public static class TenantStandingExtensions
{
    /// <summary>Whether the tenant may use the installation.</summary>
    public static bool Allows(this ITenantStandings standings, TenantId tenant) => standings.Of(tenant) == TenantStanding.Active;

    /// <summary>Throws <see cref="TenantStoppedException"/>, which is answered with the code <c>tenant.suspended</c>.</summary>
    public static void Demand(this ITenantStandings standings, TenantId tenant)
    {
        if (standings.Of(tenant) is var standing and not TenantStanding.Active)
        {
            throw new TenantStoppedException(tenant, standing);
        }
    }
}
