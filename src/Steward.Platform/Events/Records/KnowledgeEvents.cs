namespace Steward.Platform.Events.Records;

/// <summary>The content of a source answers: new content was published, or what was live was found unchanged.</summary>
/// <param name="Version">The version of the content, counted from 1.</param>
public sealed record SourceReady(Guid SourceId, int Version) : IEvent
{
    /// <inheritdoc />
    public static string Name => EventNames.SourceReady;

    /// <inheritdoc />
    public Guid Subject => SourceId;
}

/// <summary>A source could not be read; what was live before still answers.</summary>
/// <param name="Version">The version that failed.</param>
/// <param name="Code">A stable code.</param>
public sealed record SourceFailed(Guid SourceId, int Version, string Code) : IEvent
{
    /// <inheritdoc />
    public static string Name => EventNames.SourceFailed;

    /// <inheritdoc />
    public Guid Subject => SourceId;
}

/// <summary>A source and everything made of it was deleted.</summary>
public sealed record SourceDeleted(Guid SourceId) : IEvent
{
    /// <inheritdoc />
    public static string Name => EventNames.SourceDeleted;

    /// <inheritdoc />
    public Guid Subject => SourceId;
}

/// <summary>The settings of an article were changed.</summary>
/// <param name="Revision">The revision of its settings after the change.</param>
/// <param name="Changes">What was changed; absent in events of earlier versions.</param>
public sealed record ArticleChanged(Guid ArticleId, Guid SourceId, int Revision, IReadOnlyList<FieldChange>? Changes = null) : IEvent
{
    /// <inheritdoc />
    public static string Name => EventNames.ArticleChanged;

    /// <inheritdoc />
    public Guid Subject => ArticleId;
}

/// <summary>A source was added, given new content, or tried again.</summary>
/// <param name="Act">added, replaced or retried.</param>
public sealed record SourceChanged(Guid SourceId, string Act) : IEvent
{
    /// <inheritdoc />
    public static string Name => EventNames.SourceChanged;

    /// <inheritdoc />
    public Guid Subject => SourceId;
}
