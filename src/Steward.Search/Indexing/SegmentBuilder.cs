using System.Runtime.InteropServices;
using Steward.Search.Analysis;
using Steward.Search.Vectors;

namespace Steward.Search.Indexing;

/// <summary>Builds one <see cref="IndexSegment"/> from passages. Not safe for use by several threads at once.</summary>
public sealed class SegmentBuilder
{
    private readonly SegmentDraft _draft = new();
    private readonly Dictionary<string, PostingCollector>.AlternateLookup<ReadOnlySpan<char>> _terms;
    private readonly string? _vectorModel;

    /// <summary>A builder for passages whose vectors, if they have any, were made by <paramref name="vectorModel"/>.</summary>
    public SegmentBuilder(string? vectorModel = null)
    {
        _vectorModel = vectorModel;
        _terms = _draft.Terms.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>How many passages were added.</summary>
    public int Count => _draft.Count;

    /// <summary>Adds a passage.</summary>
    /// <exception cref="ArgumentException">The id was added before, or the vector's size differs from the others or has no model.</exception>
    /// <exception cref="InvalidOperationException">The segment is full.</exception>
    public void Add(IndexPassage passage)
    {
        if (!passage.Vector.IsEmpty && _vectorModel is null)
        {
            throw new ArgumentException("A passage with a vector needs a builder that names the vector's model.", nameof(passage));
        }

        var number = _draft.AddPassage(passage.PassageId);
        var row = new PassageRow(
            passage.ArticleId,
            passage.SourceId,
            passage.Kind,
            passage.Category,
            passage.Language,
            passage.Tags,
            passage.Priority,
            passage.ValidFrom?.UtcTicks ?? long.MinValue,
            passage.ValidTo?.UtcTicks ?? long.MaxValue,
            (ushort)Math.Min(ushort.MaxValue, AddBody(passage, number)),
            (byte)Math.Min(byte.MaxValue, AddShort(passage.Title, passage.Language, number, Frequency.AddTitle)),
            (byte)Math.Min(byte.MaxValue, passage.Keywords.Sum(keyword => AddShort(keyword, passage.Language, number, Frequency.AddKeyword))),
            PassageTraits.Of(passage));
        _draft.Rows.Add(row);
        _draft.AddVector(passage.Vector.Span);
    }

    /// <summary>The segment of all passages added so far. The builder is not used afterwards.</summary>
    public IndexSegment Build(Guid id) => _draft.Build(id, _vectorModel);

    private int AddBody(IndexPassage passage, ushort number)
    {
        var length = 0;
        var reader = TextAnalyzer.For(passage.Language).Read(passage.Text);
        while (reader.MoveNext())
        {
            if (!reader.IsStopWord)
            {
                ref var frequency = ref Collector(reader.Term).At(number);
                frequency = Frequency.AddBody(frequency);
                length++;
            }
        }

        return length;
    }

    private int AddShort(string text, string? language, ushort number, Func<byte, byte> add)
    {
        var length = 0;
        var reader = TextAnalyzer.For(language).Read(text);
        while (reader.MoveNext())
        {
            if (!reader.IsStopWord)
            {
                ref var frequency = ref Collector(reader.Term).At(number);
                frequency = add(frequency);
                length++;
            }
        }

        return length;
    }

    private PostingCollector Collector(ReadOnlySpan<char> term)
    {
        ref var collector = ref CollectionsMarshal.GetValueRefOrAddDefault(_terms, term, out _);
        return collector ??= new PostingCollector();
    }
}

/// <summary>The attributes of one passage before they are numbered.</summary>
internal sealed record PassageRow(
    Guid ArticleId,
    Guid SourceId,
    string Kind,
    string? Category,
    string? Language,
    IReadOnlyList<string> Tags,
    int Priority,
    long ValidFrom,
    long ValidTo,
    ushort BodyLength,
    byte TitleLength,
    byte KeywordLength,
    byte Traits);
