using System.Numerics.Tensors;
using Steward.Search.Vectors;

namespace Steward.Search.Indexing;

/// <summary>Holds what the search relies on, so that no segment that was read can make it fail later.</summary>
internal static class SegmentCheck
{
    public static void Verify(PassageTable passages, TermTable terms, VectorPlane vectors)
    {
        var count = passages.Count;
        Require(count <= IndexSegment.MaxPassages, "it has too many passages");
        Require(
            passages.Article.Length == count && passages.Source.Length == count && passages.Kind.Length == count
            && passages.Category.Length == count && passages.Language.Length == count && passages.Priority.Length == count
            && passages.ValidFrom.Length == count && passages.ValidTo.Length == count && passages.BodyLength.Length == count
            && passages.TitleLength.Length == count && passages.KeywordLength.Length == count
            && passages.Traits.Length == count,
            "an attribute is missing for some passages");
        RequireBelow(passages.Article, passages.Articles.Length, "an article");
        RequireBelow(passages.Source, passages.Sources.Length, "a source");
        RequireBelow(passages.Kind, passages.Names.Length, "a kind");
        RequireBelow(passages.Category, passages.Names.Length, "a category");
        RequireBelow(passages.Language, passages.Names.Length, "a language");
        RequireBelow(passages.Tags, passages.Names.Length, "a tag");
        RequireStarts(passages.TagStarts, count, passages.Tags.Length, "tags");
        RequireStarts(terms.TextStarts, terms.TextStarts.Length - 1, terms.Text.Length, "terms");
        RequireStarts(terms.PostingStarts, terms.Count, terms.Passages.Length, "postings");
        RequireBelow(terms.Passages, count, "a posting");
        Require(terms.Frequencies.Length == terms.Passages.Length, "postings and frequencies differ in number");
        var size = (long)count * vectors.Dimensions;
        Require(
            vectors.Scales.Length == count && vectors.High.Length == size && vectors.Low.Length == size && vectors.Dimensions >= 0,
            "vectors and passages differ in number");
        Require((vectors.Model is null) == (vectors.Dimensions == 0), "its vectors name no model");
    }

    private static void RequireStarts(int[] starts, int count, int total, string what)
    {
        Require(starts.Length == count + 1 && starts.Length > 0 && starts[0] == 0 && starts[^1] == total, $"the table of its {what} is broken");
        for (var i = 1; i < starts.Length; i++)
        {
            Require(starts[i] >= starts[i - 1], $"the table of its {what} is broken");
        }
    }

    private static void RequireBelow(ushort[] values, int limit, string what) =>
        Require(values.Length == 0 || TensorPrimitives.Max<ushort>(values) < limit, $"{what} points outside its table");

    private static void Require(bool holds, string problem)
    {
        if (!holds)
        {
            throw new SegmentFormatException($"The index segment is inconsistent: {problem}.");
        }
    }
}
