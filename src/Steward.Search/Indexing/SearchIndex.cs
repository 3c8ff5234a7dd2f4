namespace Steward.Search.Indexing;

/// <summary>
/// An immutable snapshot of a tenant's index: segments and which of their articles no longer count. Changes give a new snapshot that
/// shares the segments, so searches run on while one is made. Statistics are those of all segments together.
/// </summary>
public sealed class SearchIndex
{
    private readonly SegmentView[] _views;

    private SearchIndex(SegmentView[] views)
    {
        _views = views;
        var position = 0;
        foreach (var view in views)
        {
            view.Base = position;
            position += view.Segment.PassageCount;
        }

        Size = position;
    }

    /// <summary>The index of nothing.</summary>
    public static SearchIndex Empty { get; } = new([]);

    /// <summary>The segments with their removed articles, oldest first: what to store to open the same index again.</summary>
    public IReadOnlyList<SegmentState> Segments =>
        Array.ConvertAll(_views, view => new SegmentState(view.Segment, view.RemovedArticles));

    /// <summary>How many passages count.</summary>
    public int PassageCount => Size - _views.Sum(view => view.RemovedCount);

    /// <summary>How many passages are held in memory but no longer count; merging drops them.</summary>
    public int RemovedPassageCount => _views.Sum(view => view.RemovedCount);

    /// <summary>Its size in memory in bytes, for eviction by a budget.</summary>
    public long MemoryBytes => _views.Sum(view => view.Segment.MemoryBytes);

    internal int Size { get; }

    internal ReadOnlySpan<SegmentView> Views => _views;

    /// <summary>The index of stored segments, oldest first.</summary>
    public static SearchIndex Open(IEnumerable<SegmentState> segments) =>
        new(segments.Select(state => new SegmentView(state.Segment, state.RemovedArticles.ToHashSet())).ToArray());

    /// <summary>
    /// Adds a segment. It replaces what older segments say about the articles in it, and a segment with the same id as a whole.
    /// </summary>
    public SearchIndex With(IndexSegment segment)
    {
        var articles = segment.Articles.ToHashSet();
        return new SearchIndex(
            [.. _views.Where(view => view.Segment.Id != segment.Id).Select(view => view.Without(articles)), new SegmentView(segment, [])]);
    }

    /// <summary>Removes an article from every segment; unknown articles change nothing.</summary>
    public SearchIndex Without(Guid articleId) => Without([articleId]);

    /// <summary>Removes several articles.</summary>
    public SearchIndex Without(IReadOnlyCollection<Guid> articleIds)
    {
        var articles = articleIds.ToHashSet();
        return new SearchIndex(Array.ConvertAll(_views, view => view.Without(articles)));
    }

    /// <summary>
    /// The segments worth merging into one: the newest ones under <paramref name="smallerThan"/> passages, as many as fit into one
    /// segment and share a vector model, when there are at least two.
    /// </summary>
    public IReadOnlyList<Guid> MergeCandidates(int smallerThan = IndexSegment.MaxPassages / 4)
    {
        var chosen = new List<Guid>();
        var passages = 0;
        (string?, int)? vectors = null;
        foreach (var view in _views.Reverse())
        {
            var segment = view.Segment;
            var live = segment.PassageCount - view.RemovedCount;
            if (segment.PassageCount >= smallerThan || passages + live > IndexSegment.MaxPassages)
            {
                continue;
            }

            if (segment.Dimensions > 0)
            {
                vectors ??= (segment.VectorModel, segment.Dimensions);
                if (vectors != (segment.VectorModel, segment.Dimensions))
                {
                    continue;
                }
            }

            chosen.Add(segment.Id);
            passages += live;
        }

        return chosen.Count > 1 ? chosen : [];
    }

    /// <summary>Replaces the named segments by one with the id <paramref name="newId"/>, without their removed articles.</summary>
    /// <exception cref="ArgumentException">See <see cref="IndexSegment.Merge"/>.</exception>
    public SearchIndex Merge(IReadOnlyCollection<Guid> segmentIds, Guid newId)
    {
        var ids = segmentIds.ToHashSet();
        var merged = IndexSegment.Merge(newId, Segments.Where(state => ids.Contains(state.Segment.Id)).ToList());
        var kept = _views.Where(view => !ids.Contains(view.Segment.Id)).Select(view => view.Without([]));
        return new SearchIndex([.. kept, new SegmentView(merged, [])]);
    }
}

/// <summary>A segment as one snapshot sees it.</summary>
internal sealed class SegmentView
{
    public SegmentView(IndexSegment segment, HashSet<Guid> removedArticles)
    {
        Segment = segment;
        RemovedArticles = removedArticles;
        if (removedArticles.Count == 0)
        {
            return;
        }

        var table = segment.Passages;
        var gone = Array.ConvertAll(table.Articles, removedArticles.Contains);
        Removed = Array.ConvertAll(table.Article, article => gone[article]);
        RemovedCount = Removed.AsSpan().Count(true);
    }

    public IndexSegment Segment { get; }

    public HashSet<Guid> RemovedArticles { get; }

    /// <summary>Which passages no longer count, or null when all do.</summary>
    public bool[]? Removed { get; }

    public int RemovedCount { get; }

    /// <summary>The number of this segment's first passage in the whole index.</summary>
    public int Base { get; set; }

    public SegmentView Without(HashSet<Guid> articles)
    {
        var removed = RemovedArticles;
        foreach (var article in Segment.Passages.Articles)
        {
            if (articles.Contains(article) && !removed.Contains(article))
            {
                removed = ReferenceEquals(removed, RemovedArticles) ? [.. RemovedArticles] : removed;
                removed.Add(article);
            }
        }

        // Always a view of its own: the position of its first passage differs between snapshots.
        return new SegmentView(Segment, removed);
    }
}
