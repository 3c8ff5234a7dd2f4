namespace Steward.Platform.Tenancy;

/// <summary>What an operator does to a tenant's state.</summary>
public enum TenantAct
{
    /// <summary>Stop it; everything stays.</summary>
    Suspend,

    /// <summary>Let it go on.</summary>
    Resume,

    /// <summary>Stop it, and erase it when its time of grace ends.</summary>
    Delete,

    /// <summary>Undo that during the time of grace.</summary>
    Undelete,
}
