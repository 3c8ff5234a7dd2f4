namespace Steward.Platform.Events.Records;

/// <summary>A tenant was created.</summary>
public sealed record TenantCreated(Guid TenantId) : IEvent
{
    /// <inheritdoc />
    public static string Name => EventNames.TenantCreated;

    /// <inheritdoc />
    public Guid Subject => TenantId;
}
