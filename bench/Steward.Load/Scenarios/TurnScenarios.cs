using System.Diagnostics;
using Steward.Load.Measuring;
using Steward.Simulators;

namespace Steward.Load.Scenarios;

internal sealed class OneTurn : IScenario
{
    public string Name => "turn";

    public string About => "one turn over HTTP, 5 passages, 10 messages of history, durable, one at a time";

    public async Task RunAsync(Bench bench, Report report)
    {
        var steward = (await bench.Steward.Value).Client;
        await bench.Simulator.UseAsync(new Script());
        var conversations = await Workload.ConversationsAsync(steward, 40, 10);
        var (times, uncited, failed) = (new Samples(), 0, 0);
        string? problem = null;
        var count = bench.Options.Count ?? 500;
        for (var i = 0; i < count; i++)
        {
            var started = Stopwatch.GetTimestamp();
            var result = await steward.AskAsync(conversations[i % conversations.Length], Workload.Messages[i % Workload.Messages.Count]);
            var took = Stopwatch.GetElapsedTime(started);
            if (!result.Replied)
            {
                failed++;
                problem ??= result.Problem ?? result.Action;
                continue;
            }

            times.Add(took);
            if (result.Citations == 0) uncited++;
        }

        report.Row("median", Samples.Ms(times.Median), "< 5 ms");
        report.Row("p95", Samples.Ms(times.P95));
        report.Row("p99", Samples.Ms(times.P99), "< 20 ms");
        report.Row("turns", $"{times.Count}, {failed} failed, {uncited} without a source");
        if (problem is not null) report.Note($"First failure: {problem}");
    }
}

internal sealed class ManyTurns : IScenario
{
    public string Name => "turns16";

    public string About => "the same, many at once";

    public async Task RunAsync(Bench bench, Report report)
    {
        var steward = (await bench.Steward.Value).Client;
        await bench.Simulator.UseAsync(new Script());
        var workers = bench.Options.Connections;
        const int each = 4;
        var conversations = await Workload.ConversationsAsync(steward, workers * each, 10);
        var turn = new int[workers];
        var uncited = 0;
        string? problem = null;
        async Task<bool> Ask(int worker)
        {
            // Each worker has conversations of its own: two messages at once to one conversation would be one turn.
            var n = turn[worker]++;
            var result = await steward.AskAsync(conversations[worker * each + n % each], Workload.Messages[n % Workload.Messages.Count]);
            if (result is { Replied: true, Citations: 0 }) Interlocked.Increment(ref uncited);
            if (!result.Replied) Interlocked.CompareExchange(ref problem, result.Problem ?? result.Action, null);
            return result.Replied;
        }

        await Throughput.RunAsync(workers, TimeSpan.FromSeconds(2), int.MaxValue, Ask);
        var run = await Throughput.RunAsync(workers, TimeSpan.FromSeconds(bench.Options.Seconds), bench.Options.Count ?? 100_000, Ask);
        report.Row($"turns/s, {workers} at once", Samples.PerSecond(run.PerSecond), "900/s at 16");
        report.Row("median", Samples.Ms(run.Times.Median));
        report.Row("p99", Samples.Ms(run.Times.P99), "< 60 ms");
        report.Row("turns", $"{run.Times.Count}, {run.Failed} failed, {uncited} without a source");
        if (problem is not null) report.Note($"First failure: {problem}");
    }
}

internal sealed class History : IScenario
{
    public string Name => "history";

    public string About => "cost per turn as history grows a hundredfold";

    public async Task RunAsync(Bench bench, Report report)
    {
        var steward = (await bench.Steward.Value).Client;
        await bench.Simulator.UseAsync(new Script());
        var fresh = await Workload.ConversationsAsync(steward, 20, 10);
        var old = await Workload.ConversationsAsync(steward, 4, 1000);
        var (few, many) = (new Samples(), new Samples());
        var count = bench.Options.Count ?? 200;
        for (var i = 0; i < count; i++)
        {
            await TimeAsync(fresh[i % fresh.Length], few, i);
            await TimeAsync(old[i % old.Length], many, i);
        }

        report.Row("median with 10 messages of history", Samples.Ms(few.Median));
        report.Row("median with 1,000", Samples.Ms(many.Median));
        report.Row("ratio", (many.Median / few.Median).ToString("0.00", System.Globalization.CultureInfo.InvariantCulture), "< 1.5");
        report.Row("turns", $"{few.Count} and {many.Count} of {count}");

        async Task TimeAsync(Guid conversation, Samples into, int i)
        {
            var started = Stopwatch.GetTimestamp();
            var result = await steward.AskAsync(conversation, Workload.Messages[i % Workload.Messages.Count]);
            if (result.Replied) into.Add(Stopwatch.GetElapsedTime(started));
        }
    }
}
