namespace Steward.Platform.Tenancy;

/// <summary>The identity of a tenant: one business on the installation. Never empty where it is used.</summary>
public readonly record struct TenantId(Guid Value)
{
    /// <summary>Makes a new, time-ordered tenant id.</summary>
    public static TenantId New() => new(Guid.CreateVersion7());

    /// <inheritdoc />
    public override string ToString() => Value.ToString("D");
}
