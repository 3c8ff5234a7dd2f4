namespace Steward.Search.Indexing;

/// <summary>One passage as it enters an index. Its text is analysed and then forgotten.</summary>
public sealed record IndexPassage
{
    /// <summary>The passage; unique in an index.</summary>
    public required Guid PassageId { get; init; }

    /// <summary>The article it is part of. All passages of an article belong in one segment.</summary>
    public required Guid ArticleId { get; init; }

    /// <summary>The source the article came from.</summary>
    public required Guid SourceId { get; init; }

    /// <summary>The kind of entry, such as <c>faq</c> or <c>policy</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The tenant's own category, if any.</summary>
    public string? Category { get; init; }

    /// <summary>A BCP 47 language tag; null is read as English.</summary>
    public string? Language { get; init; }

    /// <summary>The tenant's own tags.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The tenant's own priority; higher comes first among results that are otherwise equal.</summary>
    public int Priority { get; init; }

    /// <summary>From when on the passage is true; null means always.</summary>
    public DateTimeOffset? ValidFrom { get; init; }

    /// <summary>Until when (exclusive) the passage is true; null means for ever.</summary>
    public DateTimeOffset? ValidTo { get; init; }

    /// <summary>The title of the article and the headings above the passage.</summary>
    public string Title { get; init; } = "";

    /// <summary>The passage's text.</summary>
    public required string Text { get; init; }

    /// <summary>Words that customers use for it.</summary>
    public IReadOnlyList<string> Keywords { get; init; } = [];

    /// <summary>The embedding, or empty. All vectors of a segment have the same number of dimensions.</summary>
    public ReadOnlyMemory<float> Vector { get; init; }
}

/// <summary>The bytes given are not an index segment that this version can read.</summary>
public sealed class SegmentFormatException : Exception
{
    /// <summary>Says what is wrong with the bytes.</summary>
    public SegmentFormatException(string message)
        : base(message)
    {
    }

    /// <summary>Says what is wrong with the bytes, and what was thrown on reading them.</summary>
    public SegmentFormatException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Without a description.</summary>
    public SegmentFormatException()
    {
    }
}
