using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Steward.Search.Hybrid;
using Steward.Search.Indexing;

namespace Steward.Bench.Search;

/// <summary>Prints the figures of the search over a generated corpus: <c>search [passages] [words per passage] [queries]</c>.</summary>
internal static class SearchTable
{
    public static int Run(string[] args)
    {
        var passages = Number(args, 0, 100_000);
        var words = Number(args, 1, 150);
        var queries = Number(args, 2, 1_000);
        Console.WriteLine($"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} processors");
        Console.WriteLine($"{passages:N0} passages of about {words} words, vectors of 384 dimensions, {queries:N0} questions of 5 to 12 words, one thread");

        var corpus = new ZipfCorpus();
        var watch = Stopwatch.StartNew();
        var built = corpus.Index(passages, words);
        Print("build (with embedding), s", watch.Elapsed.TotalSeconds);

        watch.Restart();
        var bytes = built.Segments.Select(state => state.Segment.Serialize()).ToList();
        Print("serialise, s", watch.Elapsed.TotalSeconds);
        Print("bytes on disk, MB", bytes.Sum(part => part.LongLength) / 1e6);

        watch.Restart();
        var index = SearchIndex.Open(bytes.Select(part => new SegmentState(IndexSegment.Parse(part), [])));
        Print("open from bytes, s", watch.Elapsed.TotalSeconds);
        Print("index in memory, MB", index.MemoryBytes / 1e6);

        var questions = Enumerable.Range(0, queries + 50).Select(_ => corpus.Question()).ToList();
        Measure(index, "hybrid", questions);
        Measure(index, "words only", questions.ConvertAll(question => question with { Vector = default }));
        Measure(index, "hybrid, valid now, one kind", questions.ConvertAll(question => question with
        {
            Filter = new SearchFilter { Kinds = ["document"], ValidAt = DateTimeOffset.UnixEpoch },
        }));
        return 0;
    }

    private static void Measure(SearchIndex index, string name, List<SearchQuery> questions)
    {
        foreach (var question in questions.Take(50))
        {
            HybridSearch.Search(index, question);
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var processor = Environment.CpuUsage.TotalTime;
        var times = new List<double>(questions.Count);
        foreach (var question in questions.Skip(50))
        {
            var start = Stopwatch.GetTimestamp();
            HybridSearch.Search(index, question);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        processor = Environment.CpuUsage.TotalTime - processor;
        times.Sort();
        Print(
            name,
            $"p50 {At(times, 0.50):F2} ms   p95 {At(times, 0.95):F2} ms   p99 {At(times, 0.99):F2} ms   most {times[^1]:F2} ms   processor {processor.TotalMilliseconds / times.Count:F2} ms   {allocated / times.Count / 1024.0:F0} KB each");
    }

    private static double At(List<double> sorted, double share) => sorted[(int)Math.Min(sorted.Count - 1, sorted.Count * share)];

    private static void Print(string name, double value) => Print(name, value.ToString("F2", CultureInfo.InvariantCulture));

    private static void Print(string name, string value) => Console.WriteLine($"{name,-30} {value}");

    private static int Number(string[] args, int index, int usual) =>
        args.Length > index ? int.Parse(args[index], CultureInfo.InvariantCulture) : usual;
}
