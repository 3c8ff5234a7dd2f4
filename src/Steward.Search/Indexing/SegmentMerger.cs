using System.Text;

namespace Steward.Search.Indexing;

/// <summary>Joins segments without their removed articles.</summary>
internal static class SegmentMerger
{
    public static IndexSegment Merge(Guid id, IReadOnlyList<SegmentState> segments)
    {
        var withVectors = segments.Select(state => state.Segment.Vectors).Where(plane => plane.Dimensions > 0).ToList();
        if (withVectors.DistinctBy(plane => (plane.Model, plane.Dimensions)).Count() > 1)
        {
            throw new ArgumentException("Segments with vectors of different models or sizes cannot be merged.", nameof(segments));
        }

        var draft = new SegmentDraft();
        foreach (var (segment, removed) in segments)
        {
            var gone = removed.ToHashSet();
            if (draft.Count + segment.PassageCount - RemovedIn(segment.Passages, gone) > IndexSegment.MaxPassages)
            {
                throw new ArgumentException($"Together they have more than {IndexSegment.MaxPassages} passages.", nameof(segments));
            }

            Append(draft, segment, gone);
        }

        return draft.Build(id, withVectors.Count > 0 ? withVectors[0].Model : null);
    }

    private static int RemovedIn(PassageTable table, HashSet<Guid> removed) =>
        removed.Count == 0 ? 0 : table.Article.Count(article => removed.Contains(table.Articles[article]));

    private static void Append(SegmentDraft draft, IndexSegment segment, HashSet<Guid> removed)
    {
        var table = segment.Passages;
        var vectors = segment.Vectors;
        var numbers = new int[table.Count];
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = -1;
            if (removed.Contains(table.Articles[table.Article[i]]))
            {
                continue;
            }

            numbers[i] = draft.AddPassage(table.Ids[i]);
            draft.Rows.Add(Row(table, i));
            var codes = vectors.Scales[i] == 0 ? default : (i * vectors.Dimensions)..((i + 1) * vectors.Dimensions);
            draft.AddVector(vectors.Scales[i], vectors.High.AsSpan(codes), vectors.Low.AsSpan(codes));
        }

        for (var term = 0; term < segment.Terms.Count; term++)
        {
            AppendTerm(draft, segment.Terms, term, numbers);
        }
    }

    private static void AppendTerm(SegmentDraft draft, TermTable terms, int term, int[] numbers)
    {
        var postings = terms.Postings(term);
        PostingCollector? collector = null;
        for (var i = 0; i < postings.Passages.Length; i++)
        {
            var number = numbers[postings.Passages[i]];
            if (number < 0)
            {
                continue;
            }

            if (collector is null)
            {
                var text = Encoding.UTF8.GetString(terms.Term(term));
                if (!draft.Terms.TryGetValue(text, out collector))
                {
                    collector = new PostingCollector();
                    draft.Terms.Add(text, collector);
                }
            }

            collector.Add((ushort)number, postings.Frequencies[i]);
        }
    }

    private static PassageRow Row(PassageTable table, int i) => new(
        table.Articles[table.Article[i]],
        table.Sources[table.Source[i]],
        table.Name(table.Kind[i]) ?? "",
        table.Name(table.Category[i]),
        table.Name(table.Language[i]),
        table.Tags[table.TagStarts[i]..table.TagStarts[i + 1]].Select(tag => table.Names[tag]).ToList(),
        table.Priority[i],
        table.ValidFrom[i],
        table.ValidTo[i],
        table.BodyLength[i],
        table.TitleLength[i],
        table.KeywordLength[i],
        table.Traits[i]);
}
