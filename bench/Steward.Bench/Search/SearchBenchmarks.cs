using BenchmarkDotNet.Attributes;
using Steward.Search.Analysis;
using Steward.Search.Chunking;
using Steward.Search.Hybrid;
using Steward.Search.Indexing;

namespace Steward.Bench.Search;

/// <summary>Micro-benchmarks of the search: analysis and chunking of one text, hybrid search and opening at 100,000 passages.</summary>
[MemoryDiagnoser]
public class SearchBenchmarks
{
    private readonly List<SearchQuery> _questions = [];
    private string _text = "";
    private StructuredText _document = new([]);
    private SearchIndex _index = SearchIndex.Empty;
    private List<byte[]> _bytes = [];
    private int _next;

    /// <summary>Makes the corpus once.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        var corpus = new ZipfCorpus();
        _text = corpus.Text(1_000);
        _document = StructuredText.FromPlain(string.Join("\n\n", Enumerable.Range(0, 100).Select(_ => corpus.Text(200))));
        _index = corpus.Index(100_000, 150);
        _bytes = _index.Segments.Select(state => state.Segment.Serialize()).ToList();
        _questions.AddRange(Enumerable.Range(0, 256).Select(_ => corpus.Question()));
    }

    /// <summary>All terms of 1,000 words.</summary>
    [Benchmark]
    public int Analyse()
    {
        var count = 0;
        var reader = TextAnalyzer.English.Read(_text);
        while (reader.MoveNext())
        {
            count += reader.Term.Length;
        }

        return count;
    }

    /// <summary>A document of 20,000 words.</summary>
    [Benchmark]
    public int Chunk() => Chunker.Chunk(_document, ChunkSettings.Default).Count;

    /// <summary>One question.</summary>
    [Benchmark]
    public SearchResult Hybrid() => HybridSearch.Search(_index, _questions[_next++ % _questions.Count]);

    /// <summary>From bytes to an index.</summary>
    [Benchmark]
    public SearchIndex Open() => SearchIndex.Open(_bytes.Select(part => new SegmentState(IndexSegment.Parse(part), [])));
}
