namespace Steward.Platform.Events.Records;

/// <summary>An assistant was created, changed or deleted.</summary>
/// <param name="Act">created, changed or deleted; absent in events of earlier versions.</param>
/// <param name="Changes">What was changed.</param>
public sealed record AssistantChanged(Guid AssistantId, int Version, string? Act = null, IReadOnlyList<FieldChange>? Changes = null) : IEvent
{
    /// <inheritdoc />
    public static string Name => EventNames.AssistantChanged;

    /// <inheritdoc />
    public Guid Subject => AssistantId;
}
