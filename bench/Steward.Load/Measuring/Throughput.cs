using System.Diagnostics;

namespace Steward.Load.Measuring;

/// <summary>Many workers for a fixed time.</summary>
internal sealed record Throughput(Samples Times, TimeSpan Took, int Failed)
{
    public double PerSecond => Times.Count / Took.TotalSeconds;

    /// <param name="workers">How many calls are under way at once.</param>
    /// <param name="call">One call of a worker; false when it failed.</param>
    /// <param name="time">How long new calls are started. One that is under way is waited for.</param>
    /// <param name="most">How many calls at most, in all.</param>
    public static async Task<Throughput> RunAsync(int workers, TimeSpan time, int most, Func<int, Task<bool>> call)
    {
        var left = most;
        var clock = Stopwatch.StartNew();
        var results = await Task.WhenAll(Enumerable.Range(0, workers).Select(worker => Task.Run(async () =>
        {
            var samples = new Samples();
            var failed = 0;
            while (clock.Elapsed < time && Interlocked.Decrement(ref left) >= 0)
            {
                var started = Stopwatch.GetTimestamp();
                if (await call(worker)) samples.Add(Stopwatch.GetElapsedTime(started));
                else failed++;
            }

            return (samples, failed);
        })));
        var took = clock.Elapsed;
        var all = new Samples();
        foreach (var (samples, _) in results) all.Add(samples);
        return new Throughput(all, took, results.Sum(r => r.failed));
    }
}
