namespace Steward.Platform.Events.Records;

/// <summary>What a tenant wants masked was changed.</summary>
/// <param name="State">off, models or models+exports.</param>
public sealed record MaskingChanged(Guid TenantId, string State) : IEvent
{
    /// <inheritdoc />
    public static string Name => EventNames.MaskingChanged;

    /// <inheritdoc />
    public Guid Subject => TenantId;
}
