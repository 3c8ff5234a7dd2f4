namespace Steward.Platform.Events.Records;

/// <summary>A tenant was created.</summary>
public sealed record TenantCreated(Guid TenantId) : IEvent
{
    /// <inheritdoc />
    public static string Name => EventNames.TenantCreated;

    /// <inheritdoc />
    public Guid Subject => TenantId;
}

/// <summary>A tenant's profile was changed.</summary>
/// <param name="By">The member or operator; empty for the command line.</param>
/// <param name="Changes">What was changed; absent in events of earlier versions.</param>
public sealed record TenantChanged(Guid TenantId, Guid By, IReadOnlyList<FieldChange>? Changes = null) : IEvent
{
    /// <inheritdoc />
    public static string Name => EventNames.TenantChanged;

    /// <inheritdoc />
    public Guid Subject => TenantId;
}

/// <summary>An operator stopped a tenant.</summary>
/// <param name="By">The member or operator; empty for the command line.</param>
public sealed record TenantSuspended(Guid TenantId, Guid By) : IEvent
{
    /// <inheritdoc />
    public static string Name => EventNames.TenantSuspended;

    /// <inheritdoc />
    public Guid Subject => TenantId;
}

/// <summary>An operator let a stopped tenant go on.</summary>
/// <param name="By">The member or operator; empty for the command line.</param>
public sealed record TenantResumed(Guid TenantId, Guid By) : IEvent
{
    /// <inheritdoc />
    public static string Name => EventNames.TenantResumed;

    /// <inheritdoc />
    public Guid Subject => TenantId;
}

/// <summary>A tenant is to be erased after its time of grace.</summary>
/// <param name="By">The member or operator; empty for the command line.</param>
public sealed record TenantDeleted(Guid TenantId, Guid By) : IEvent
{
    /// <inheritdoc />
    public static string Name => EventNames.TenantDeleted;

    /// <inheritdoc />
    public Guid Subject => TenantId;
}

/// <summary>A tenant's deletion was undone.</summary>
/// <param name="By">The member or operator; empty for the command line.</param>
public sealed record TenantUndeleted(Guid TenantId, Guid By) : IEvent
{
    /// <inheritdoc />
    public static string Name => EventNames.TenantUndeleted;

    /// <inheritdoc />
    public Guid Subject => TenantId;
}
