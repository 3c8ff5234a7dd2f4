using System.Text;
using Steward.Search.Vectors;

namespace Steward.Search.Indexing;

/// <summary>A segment under construction, by building or by merging. What it makes depends only on the set of its passages.</summary>
internal sealed class SegmentDraft
{
    private readonly List<Guid> _ids = [];
    private readonly HashSet<Guid> _known = [];
    private readonly List<sbyte> _high = [];
    private readonly List<sbyte> _low = [];
    private readonly List<float> _scales = [];
    private int _dimensions;

    public Dictionary<string, PostingCollector> Terms { get; } = new(StringComparer.Ordinal);

    public List<PassageRow> Rows { get; } = [];

    public int Count => _ids.Count;

    public ushort AddPassage(Guid id)
    {
        if (_ids.Count == IndexSegment.MaxPassages)
        {
            throw new InvalidOperationException($"A segment holds at most {IndexSegment.MaxPassages} passages; build another one.");
        }

        if (!_known.Add(id))
        {
            throw new ArgumentException($"Passage {id} is already in this segment.", nameof(id));
        }

        _ids.Add(id);
        return (ushort)(_ids.Count - 1);
    }

    public void AddVector(ReadOnlySpan<float> vector)
    {
        var high = new sbyte[vector.Length];
        var low = new sbyte[vector.Length];
        AddVector(vector.IsEmpty ? 0 : VectorPlane.Quantise(vector, high, low), high, low);
    }

    public void AddVector(float scale, ReadOnlySpan<sbyte> high, ReadOnlySpan<sbyte> low)
    {
        if (high.Length > 0 && _dimensions == 0)
        {
            _dimensions = high.Length;
            Pad(_scales.Count);
        }

        if (high.Length > 0 && high.Length != _dimensions)
        {
            throw new ArgumentException($"A vector has {high.Length} dimensions where the others have {_dimensions}.", nameof(high));
        }

        _scales.Add(scale);
        if (high.Length == 0)
        {
            Pad(1);
            return;
        }

        _high.AddRange(high);
        _low.AddRange(low);
    }

    public IndexSegment Build(Guid id, string? vectorModel)
    {
        var order = Enumerable.Range(0, Count).ToArray();
        Array.Sort(order, (a, b) => _ids[a].CompareTo(_ids[b]));
        var newNumbers = new ushort[Count];
        for (var i = 0; i < order.Length; i++)
        {
            newNumbers[order[i]] = (ushort)i;
        }

        var passages = new PassageTableBuilder().Build(order.Select(i => (_ids[i], Rows[i])).ToList());
        return new IndexSegment(id, passages, BuildTerms(newNumbers), BuildVectors(order, vectorModel));
    }

    private TermTable BuildTerms(ushort[] newNumbers)
    {
        var sorted = Terms
            .Select(entry => (Term: Encoding.UTF8.GetBytes(entry.Key), Postings: entry.Value))
            .ToArray();
        Array.Sort(sorted, (a, b) => a.Term.AsSpan().SequenceCompareTo(b.Term));
        var text = new byte[sorted.Sum(entry => entry.Term.Length)];
        var textStarts = new int[sorted.Length + 1];
        var postingStarts = new int[sorted.Length + 1];
        var total = sorted.Sum(entry => entry.Postings.Count);
        var passages = new ushort[total];
        var frequencies = new byte[total];
        for (var i = 0; i < sorted.Length; i++)
        {
            var (term, postings) = sorted[i];
            term.CopyTo(text, textStarts[i]);
            textStarts[i + 1] = textStarts[i] + term.Length;
            postingStarts[i + 1] = postingStarts[i] + postings.Count;
            var range = postingStarts[i]..postingStarts[i + 1];
            postings.WriteTo(passages.AsSpan(range), frequencies.AsSpan(range), newNumbers);
        }

        return new TermTable(text, textStarts, postingStarts, passages, frequencies);
    }

    private VectorPlane BuildVectors(int[] order, string? model)
    {
        if (_dimensions == 0)
        {
            return VectorPlane.None(Count);
        }

        var scales = new float[Count];
        var high = new sbyte[(long)Count * _dimensions];
        var low = new sbyte[(long)Count * _dimensions];
        for (var i = 0; i < order.Length; i++)
        {
            scales[i] = _scales[order[i]];
            _high.CopyTo(order[i] * _dimensions, high, i * _dimensions, _dimensions);
            _low.CopyTo(order[i] * _dimensions, low, i * _dimensions, _dimensions);
        }

        return new VectorPlane(model, _dimensions, scales, high, low);
    }

    private void Pad(int passages)
    {
        for (var i = 0; i < passages * _dimensions; i++)
        {
            _high.Add(0);
            _low.Add(0);
        }
    }
}

/// <summary>Numbers the names and ids that repeat, in the order of the passages.</summary>
internal sealed class PassageTableBuilder
{
    private readonly List<string> _names = [""];
    private readonly Dictionary<string, ushort> _nameNumbers = new(StringComparer.Ordinal);
    private readonly List<Guid> _articles = [];
    private readonly Dictionary<Guid, ushort> _articleNumbers = [];
    private readonly List<Guid> _sources = [];
    private readonly Dictionary<Guid, ushort> _sourceNumbers = [];

    public PassageTable Build(List<(Guid Id, PassageRow Row)> passages)
    {
        var rows = passages.ConvertAll(passage => passage.Row);
        var tagStarts = new int[rows.Count + 1];
        var tags = new List<ushort>();
        for (var i = 0; i < rows.Count; i++)
        {
            tags.AddRange(rows[i].Tags.Select(Name));
            tagStarts[i + 1] = tags.Count;
        }

        return new PassageTable
        {
            Ids = passages.Select(passage => passage.Id).ToArray(),
            Article = rows.Select(row => Number(row.ArticleId, _articles, _articleNumbers)).ToArray(),
            Source = rows.Select(row => Number(row.SourceId, _sources, _sourceNumbers)).ToArray(),
            Kind = rows.Select(row => Name(row.Kind)).ToArray(),
            Category = rows.Select(row => Name(row.Category)).ToArray(),
            Language = rows.Select(row => Name(row.Language)).ToArray(),
            TagStarts = tagStarts,
            Tags = tags.ToArray(),
            Priority = rows.Select(row => row.Priority).ToArray(),
            ValidFrom = rows.Select(row => row.ValidFrom).ToArray(),
            ValidTo = rows.Select(row => row.ValidTo).ToArray(),
            BodyLength = rows.Select(row => row.BodyLength).ToArray(),
            TitleLength = rows.Select(row => row.TitleLength).ToArray(),
            KeywordLength = rows.Select(row => row.KeywordLength).ToArray(),
            Traits = rows.Select(row => row.Traits).ToArray(),
            Articles = _articles.ToArray(),
            Sources = _sources.ToArray(),
            Names = _names.ToArray(),
        }.Sealed();
    }

    private ushort Name(string? name)
    {
        if (string.IsNullOrEmpty(name))
        {
            return 0;
        }

        if (!_nameNumbers.TryGetValue(name, out var number))
        {
            if (_names.Count > ushort.MaxValue)
            {
                throw new InvalidOperationException("A segment holds at most 65,535 different kinds, categories, languages and tags.");
            }

            number = (ushort)_names.Count;
            _names.Add(name);
            _nameNumbers.Add(name, number);
        }

        return number;
    }

    private static ushort Number(Guid id, List<Guid> ids, Dictionary<Guid, ushort> numbers)
    {
        if (!numbers.TryGetValue(id, out var number))
        {
            number = (ushort)ids.Count;
            ids.Add(id);
            numbers.Add(id, number);
        }

        return number;
    }
}
