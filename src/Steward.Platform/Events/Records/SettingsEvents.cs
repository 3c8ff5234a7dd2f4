namespace Steward.Platform.Events.Records;

/// <summary>Settings of a tenant were changed.</summary>
/// <param name="Kind">limits, granted_limits, notices, word_search, routing or budget.</param>
/// <param name="Changes">What was changed.</param>
public sealed record SettingsChanged(Guid TenantId, string Kind, IReadOnlyList<FieldChange> Changes) : IEvent
{
    /// <inheritdoc />
    public static string Name => EventNames.SettingsChanged;

    /// <inheritdoc />
    public Guid Subject => TenantId;
}

/// <summary>A tenant's own key or address of a model provider was set or removed.</summary>
/// <param name="Act">set or removed.</param>
/// <param name="Code">The name of the provider.</param>
public sealed record ProviderChanged(Guid TenantId, string Act, string Code) : IEvent
{
    /// <inheritdoc />
    public static string Name => EventNames.ProviderChanged;

    /// <inheritdoc />
    public Guid Subject => TenantId;
}

/// <summary>The change of a key was asked for.</summary>
/// <param name="OwnerId">The tenant; the reserved one for the master key.</param>
/// <param name="Kind">data or master.</param>
public sealed record KeyRotationAsked(Guid OwnerId, string Kind) : IEvent
{
    /// <inheritdoc />
    public static string Name => EventNames.KeyRotationAsked;

    /// <inheritdoc />
    public Guid Subject => OwnerId;
}
