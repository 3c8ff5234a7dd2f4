namespace Steward.Platform.Events.Records;

/// <summary>A tenant set how long what is kept.</summary>
/// <param name="Days">By class; a null keeps it, and a class that is missing has its default.</param>
public sealed record RetentionChanged(Guid TenantId, IReadOnlyDictionary<string, int?> Days) : IEvent
{
    /// <inheritdoc />
    public static string Name => EventNames.RetentionChanged;

    /// <inheritdoc />
    public Guid Subject => TenantId;
}
