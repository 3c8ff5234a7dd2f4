namespace Steward.Platform.Tenancy;

/// <summary>The identity of a tenant: one business on the installation. Never empty where it is used.</summary>
public readonly record struct TenantId(Guid Value)
{
    /// <summary>The reserved owner of what belongs to the installation and to no tenant: its mails, its events, its audit.</summary>
    internal static TenantId Installation { get; } = new(new Guid("00000000-0000-0000-0000-000000000001"));

    /// <summary>Makes a new, time-ordered tenant id.</summary>
    public static TenantId New() => new(Guid.CreateVersion7());

    /// <inheritdoc />
    public override string ToString() => Value.ToString("D");
}
