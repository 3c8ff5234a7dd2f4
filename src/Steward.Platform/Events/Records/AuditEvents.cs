namespace Steward.Platform.Events.Records;

/// <summary>The audit was exported.</summary>
/// <param name="OwnerId">The tenant; the reserved one for the installation.</param>
/// <param name="Kind">csv or ndjson.</param>
public sealed record AuditExported(Guid OwnerId, string Kind) : IEvent
{
    /// <inheritdoc />
    public static string Name => EventNames.AuditExported;

    /// <inheritdoc />
    public Guid Subject => OwnerId;
}
