using FsCheck;
using FsCheck.Fluent;
using Steward.Search.Indexing;
using Steward.Search.Tests.Hybrid;
using Steward.Search.Vectors;

namespace Steward.Search.Tests.Indexing;

public sealed class SegmentTests
{
    private static readonly Config _quick = Config.QuickThrowOnFailure.WithMaxTest(150);
    private static readonly HashEmbedder _embedder = new(16);

    private static readonly Gen<List<IndexPassage>> _passages =
        from texts in Gen.ListOf(
            from words in Gen.NonEmptyListOf(Gen.Elements("bike", "rental", "AB-12", "Zürich", "自転車", "lock", "42", "the", "prices"))
            from tags in Gen.SubListOf("red", "blue", "green")
            from category in Gen.Elements("a", "b", null)
            from hasVector in Gen.Elements(true, true, false)
            from article in Gen.Choose(1, 4)
            select (Text: string.Join(' ', words), tags, category, hasVector, article))
        select texts.Select((item, i) => Given.Passage(i + 1, item.Text[..(item.Text.Length / 2)], item.Text) with
        {
            ArticleId = Given.Id(1000 + item.article),
            Tags = item.tags.ToList(),
            Category = item.category,
            Priority = i % 3,
            Keywords = item.tags.ToList(),
            ValidFrom = i % 4 == 0 ? DateTimeOffset.UnixEpoch : null,
            Vector = item.hasVector ? _embedder.Embed(item.Text) : default,
        }).ToList();

    [Fact]
    public void A_segment_survives_its_bytes() => Check.One(_quick, Prop.ForAll(_passages.ToArbitrary(), passages =>
    {
        var bytes = Given.Segment(1, passages).Serialize();

        IndexSegment.Parse(bytes).Serialize().ShouldBe(bytes);
    }));

    [Fact]
    public void Merging_equals_building_at_once() => Check.One(_quick, Prop.ForAll(_passages.ToArbitrary(), Gen.Choose(1, 4).ToArbitrary(), (passages, gone) =>
    {
        var removed = new[] { Given.Id(1000 + gone) };
        var parts = passages.Chunk(3).Select((part, i) => new SegmentState(Given.Segment(10 + i, part), removed)).ToList();

        var merged = IndexSegment.Merge(Given.Id(1), parts);

        merged.Serialize().ShouldBe(Given.Segment(1, passages.Where(passage => passage.ArticleId != removed[0])).Serialize());
    }));

    [Fact]
    public void The_order_of_adding_does_not_matter() => Check.One(_quick, Prop.ForAll(_passages.ToArbitrary(), passages =>
        Given.Segment(1, Enumerable.Reverse(passages)).Serialize().ShouldBe(Given.Segment(1, passages).Serialize())));

    [Fact]
    public void Any_changed_or_missing_byte_is_noticed() => Check.One(
        _quick,
        Prop.ForAll(_passages.ToArbitrary(), Gen.Choose(0, 1_000_000).ToArbitrary(), (passages, place) =>
        {
            var bytes = Given.Segment(1, passages).Serialize();
            var changed = bytes.ToArray();
            changed[place % bytes.Length] ^= (byte)(1 + (place % 255));

            Should.Throw<SegmentFormatException>(() => IndexSegment.Parse(changed));
            Should.Throw<SegmentFormatException>(() => IndexSegment.Parse(bytes.AsSpan(0, place % bytes.Length)));
        }));

    [Fact]
    public void No_text_is_kept_in_the_bytes()
    {
        var bytes = Given.Segment(1, [Given.Passage(1, "Secret heading", "The quick brown foxes jumped over the lazy dog.")]).Serialize();

        System.Text.Encoding.UTF8.GetString(bytes).ShouldNotContain("quick brown");
        System.Text.Encoding.Unicode.GetString(bytes).ShouldNotContain("quick brown");
    }

    [Fact]
    public void A_passage_is_added_once_and_with_vectors_of_one_size()
    {
        var builder = new SegmentBuilder("m");
        builder.Add(Given.Passage(1, "", "a") with { Vector = new float[] { 1, 2 } });

        Should.Throw<ArgumentException>(() => builder.Add(Given.Passage(1, "", "b")));
        Should.Throw<ArgumentException>(() => builder.Add(Given.Passage(2, "", "b") with { Vector = new float[] { 1 } }));
        Should.Throw<ArgumentException>(() => new SegmentBuilder().Add(Given.Passage(3, "", "b") with { Vector = new float[] { 1 } }));
    }
}
