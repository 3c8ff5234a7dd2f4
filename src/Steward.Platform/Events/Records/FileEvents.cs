namespace Steward.Platform.Events.Records;

/// <summary>A file was stored.</summary>
/// <param name="Size">Bytes.</param>
/// <param name="Kind">Its retention class: permanent, conversation or temporary.</param>
public sealed record FileStored(Guid FileId, long Size, string Kind) : IEvent
{
    /// <inheritdoc />
    public static string Name => EventNames.FileStored;

    /// <inheritdoc />
    public Guid Subject => FileId;
}

/// <summary>A file was removed.</summary>
public sealed record FileRemoved(Guid FileId) : IEvent
{
    /// <inheritdoc />
    public static string Name => EventNames.FileRemoved;

    /// <inheritdoc />
    public Guid Subject => FileId;
}
