using Steward.Search.Hybrid;
using Steward.Search.Indexing;
using Steward.Search.Vectors;

namespace Steward.Search.Tests.Hybrid;

/// <summary>Short ways to say what the tests start from.</summary>
internal static class Given
{
    public static Guid Id(int number) => new(number, 0, 0, new byte[8]);

    public static IndexPassage Passage(int number, string title, string text, HashEmbedder? embedder = null) => new()
    {
        PassageId = Id(number),
        ArticleId = Id(1000 + number),
        SourceId = Id(5000),
        Kind = "faq",
        Title = title,
        Text = text,
        Vector = embedder?.Embed(title + "\n" + text) ?? default,
    };

    public static IndexSegment Segment(int id, IEnumerable<IndexPassage> passages)
    {
        var list = passages.ToList();
        var builder = new SegmentBuilder(list.Exists(passage => !passage.Vector.IsEmpty) ? HashEmbedder.ModelName : null);
        list.ForEach(builder.Add);
        return builder.Build(Id(id));
    }

    public static SearchIndex Index((string Title, string Text)[] passages, HashEmbedder? embedder = null) =>
        SearchIndex.Empty.With(Segment(1, passages.Select((passage, i) => Passage(i + 1, passage.Title, passage.Text, embedder))));

    public static SearchQuery Query(string text, HashEmbedder? embedder = null) => new(text)
    {
        Vector = embedder?.Embed(text) ?? default,
        VectorModel = embedder is null ? null : HashEmbedder.ModelName,
    };
}
