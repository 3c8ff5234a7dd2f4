namespace Steward.Platform.Events;

/// <summary>The names of all events, in one list. A name is never changed once released.</summary>
public static class EventNames
{
    /// <summary>A tenant was created.</summary>
    public const string TenantCreated = "tenant.created";
}
