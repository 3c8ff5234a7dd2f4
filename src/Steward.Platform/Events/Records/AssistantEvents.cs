namespace Steward.Platform.Events.Records;

/// <summary>An assistant was created, changed or deleted.</summary>
public sealed record AssistantChanged(Guid AssistantId, int Version) : IEvent
{
    /// <inheritdoc />
    public static string Name => EventNames.AssistantChanged;

    /// <inheritdoc />
    public Guid Subject => AssistantId;
}
