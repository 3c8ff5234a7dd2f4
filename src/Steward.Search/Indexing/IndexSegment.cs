namespace Steward.Search.Indexing;

/// <summary>
/// An immutable part of a search index: terms, postings, lengths, ids, attributes and vectors of up to
/// <see cref="MaxPassages"/> passages, and no text. Passages are ordered by their id, so the same passages give the same bytes.
/// </summary>
public sealed class IndexSegment
{
    /// <summary>The most passages a segment holds; positions inside it are 16 bits wide.</summary>
    public const int MaxPassages = 65_536;

    internal IndexSegment(Guid id, PassageTable passages, TermTable terms, Vectors.VectorPlane vectors)
    {
        Id = id;
        Passages = passages;
        Terms = terms;
        Vectors = vectors;
    }

    /// <summary>The id given when it was built.</summary>
    public Guid Id { get; }

    /// <summary>How many passages it holds.</summary>
    public int PassageCount => Passages.Count;

    /// <summary>How many different terms it knows.</summary>
    public int TermCount => Terms.Count;

    /// <summary>The name of the model that made its vectors, or null when it has none.</summary>
    public string? VectorModel => Vectors.Model;

    /// <summary>The number of dimensions of its vectors, or 0.</summary>
    public int Dimensions => Vectors.Dimensions;

    /// <summary>The articles it has passages of.</summary>
    public IReadOnlyList<Guid> Articles => Passages.Articles;

    /// <summary>Its size in memory in bytes, to within a few hundred.</summary>
    public long MemoryBytes => Passages.MemoryBytes + Terms.MemoryBytes + Vectors.MemoryBytes;

    internal PassageTable Passages { get; }

    internal TermTable Terms { get; }

    internal Vectors.VectorPlane Vectors { get; }

    /// <summary>The segment as bytes, with a version and a checksum. The caller seals them.</summary>
    public byte[] Serialize() => SegmentFormat.Write(this);

    /// <summary>Reads a segment written by <see cref="Serialize"/>.</summary>
    /// <exception cref="SegmentFormatException">The bytes are cut short, changed, or of another version.</exception>
    public static IndexSegment Parse(ReadOnlySpan<byte> bytes) => SegmentFormat.Read(bytes);

    /// <summary>
    /// One segment with the passages of several, without those of removed articles. It equals the segment built from these passages.
    /// </summary>
    /// <exception cref="ArgumentException">Their vectors are of different models or sizes, or together they are too many.</exception>
    public static IndexSegment Merge(Guid id, IReadOnlyList<SegmentState> segments) => SegmentMerger.Merge(id, segments);
}

/// <summary>A segment and which of its articles no longer count: what a caller stores and opens an index from.</summary>
/// <param name="Segment">The segment.</param>
/// <param name="RemovedArticles">Articles of it that were deleted or superseded.</param>
public sealed record SegmentState(IndexSegment Segment, IReadOnlyCollection<Guid> RemovedArticles);
