using System.Text;
using Steward.Search.Hybrid;
using Steward.Search.Indexing;
using Steward.Search.Vectors;

namespace Steward.Bench.Search;

/// <summary>An invented corpus whose words are as unevenly spread as those of real text: word n is used about 1/n as often as the first.</summary>
internal sealed class ZipfCorpus
{
    private readonly Random _random = new(20260101);
    private readonly string[] _words;
    private readonly double[] _cumulative;
    private readonly HashEmbedder _embedder = new();

    public ZipfCorpus(int vocabulary = 120_000)
    {
        string[] syllables =
            ["ba", "ce", "di", "fo", "gu", "han", "jel", "kin", "lor", "mu", "nas", "pel", "qui", "ros", "tu", "ven", "wil", "xan", "yor", "zeb"];
        _words = new string[vocabulary];
        _cumulative = new double[vocabulary];
        var sum = 0.0;
        for (var i = 0; i < vocabulary; i++)
        {
            var word = new StringBuilder();
            for (var rest = i + 20; rest > 0; rest /= 20)
            {
                word.Append(syllables[rest % 20]);
            }

            _words[i] = word.ToString();
            _cumulative[i] = sum += 1.0 / (i + 2.7);
        }
    }

    public string Text(int words)
    {
        var text = new StringBuilder(words * 8);
        for (var i = 0; i < words; i++)
        {
            text.Append(Word()).Append(i % 14 == 13 ? ". " : " ");
        }

        return text.ToString();
    }

    public SearchIndex Index(int passages, int wordsEach)
    {
        var index = SearchIndex.Empty;
        for (var start = 0; start < passages; start += IndexSegment.MaxPassages)
        {
            var builder = new SegmentBuilder(HashEmbedder.ModelName);
            for (var i = start; i < Math.Min(passages, start + IndexSegment.MaxPassages); i++)
            {
                builder.Add(Passage(i, wordsEach));
            }

            index = index.With(builder.Build(Id(start + 1, 9)));
        }

        return index;
    }

    public SearchQuery Question()
    {
        var text = $"how {Text(4 + _random.Next(8))}";
        return new SearchQuery(text) { Vector = _embedder.Embed(text), VectorModel = HashEmbedder.ModelName };
    }

    private IndexPassage Passage(int number, int words)
    {
        var title = Text(4);
        var text = Text((words / 2) + _random.Next(words));
        return new IndexPassage
        {
            PassageId = Id(number, 1),
            ArticleId = Id(number / 4, 2),
            SourceId = Id(number / 400, 3),
            Kind = "document",
            Title = title,
            Text = text,
            Vector = _embedder.Embed(text),
        };
    }

    private string Word()
    {
        var at = Array.BinarySearch(_cumulative, _random.NextDouble() * _cumulative[^1]);
        return _words[at < 0 ? Math.Min(~at, _words.Length - 1) : at];
    }

    private static Guid Id(int number, short kind) => new(number, kind, 0, new byte[8]);
}
