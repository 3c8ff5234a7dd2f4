namespace Steward.Platform.Tenancy.Lifecycle;

/// <summary>Which act leads from which state to which. Pure.</summary>
internal static class LifecycleRules
{
    public const string Active = "active";
    public const string Suspended = "suspended";
    public const string Deleting = "deleting";

    /// <summary>The state after the act, or null when it cannot be done to a tenant in this state.</summary>
    /// <param name="act">The act.</param>
    /// <param name="state">The state now.</param>
    /// <param name="before">The state before a deletion began.</param>
    public static string? After(TenantAct act, string state, string? before) => (act, state) switch
    {
        (TenantAct.Suspend, Active) => Suspended,
        (TenantAct.Resume, Suspended) => Active,
        (TenantAct.Delete, Active or Suspended) => Deleting,
        (TenantAct.Undelete, Deleting) => before ?? Suspended,
        _ => null,
    };
}
