using System.Diagnostics;
using Steward.Load.Api;
using Steward.Load.Children;
using Steward.Load.Measuring;
using Steward.Simulators;

namespace Steward.Load.Scenarios;

internal sealed class Completions : IScenario
{
    public string Name => "completions";

    public string About => "/v1/chat/completions beside the provider itself";

    public async Task RunAsync(Bench bench, Report report)
    {
        var running = await bench.Steward.Value;
        await bench.Simulator.UseAsync(new Script());
        using var through = new CompletionsClient(running.Address, running.Key, bench.Options.Model);
        using var direct = new CompletionsClient(bench.Simulator.Address, "x", bench.Options.Model);
        for (var i = 0; i < 500; i++)
        {
            if (await through.CallAsync() is { } problem) throw new LoadException($"/v1/chat/completions: {problem}");
            await direct.CallAsync();
        }

        // In pairs, and first one then the other, so that whatever else the machine does meets both alike.
        var (one, other) = (new Samples(), new Samples());
        for (var i = 0; i < (bench.Options.Count ?? 3000); i++)
        {
            await TimeAsync(i % 2 == 0 ? direct : through, i % 2 == 0 ? other : one);
            await TimeAsync(i % 2 == 0 ? through : direct, i % 2 == 0 ? one : other);
        }

        var time = TimeSpan.FromSeconds(bench.Options.Seconds);
        var workers = bench.Options.Connections;
        await Throughput.RunAsync(workers, TimeSpan.FromSeconds(2), int.MaxValue, async _ => await through.CallAsync() is null);
        var run = await Throughput.RunAsync(workers, time, int.MaxValue, async _ => await through.CallAsync() is null);
        var bare = await Throughput.RunAsync(workers, time / 2, int.MaxValue, async _ => await direct.CallAsync() is null);
        report.Row("provider alone, median", Samples.Ms(other.Median));
        report.Row("through Steward, median", Samples.Ms(one.Median));
        report.Row("added at the median", Samples.Ms(one.Median - other.Median), "< 0.5 ms");
        report.Row("through Steward, p99", Samples.Ms(one.P99));
        report.Row($"req/s through Steward, {workers} at once", Samples.PerSecond(run.PerSecond), "5,000/s at 16");
        report.Row($"p99, {workers} at once", Samples.Ms(run.Times.P99));
        report.Row("req/s of the provider alone, by the same meter", Samples.PerSecond(bare.PerSecond));
        report.Row("calls", $"{one.Count} pairs, then {run.Times.Count}, {run.Failed} failed");
    }

    private static async Task TimeAsync(CompletionsClient client, Samples into)
    {
        var started = Stopwatch.GetTimestamp();
        if (await client.CallAsync() is { } problem) throw new LoadException(problem);
        into.Add(Stopwatch.GetElapsedTime(started));
    }
}

internal sealed class FirstToken : IScenario
{
    private const double FirstTokenMs = 20;

    public string Name => "firsttoken";

    public string About => "first streamed token on /v1 after the provider's own";

    public async Task RunAsync(Bench bench, Report report)
    {
        var running = await bench.Steward.Value;
        using var through = new CompletionsClient(running.Address, running.Key, bench.Options.Model);
        using var direct = new CompletionsClient(bench.Simulator.Address, "x", bench.Options.Model);
        await bench.Simulator.UseAsync(new Script { Default = Answer.OfLength(8) });
        for (var i = 0; i < 200; i++) await through.FirstTokenAsync();
        await bench.Simulator.UseAsync(new Script
        {
            Default = Answer.OfLength(8),
            Latency = new Simulators.Latency { FirstTokenMs = FirstTokenMs, TokensPerSecond = 500 },
        });
        var (one, other) = (new Samples(), new Samples());
        for (var i = 0; i < (bench.Options.Count ?? 300); i++)
        {
            other.Add(await direct.FirstTokenAsync());
            one.Add(await through.FirstTokenAsync());
        }

        await bench.Simulator.UseAsync(new Script());
        report.Row("provider alone, median", Samples.Ms(other.Median));
        report.Row("provider alone, p95", Samples.Ms(other.P95));
        report.Row("through Steward, later at the median", Samples.Ms(one.Median - other.Median));
        report.Row("through Steward, later at p95", Samples.Ms(one.P95 - other.P95), "< 3 ms");
        report.Row("through Steward, p95 over the provider's median", Samples.Ms(one.P95 - other.Median));
        report.Row("calls", $"{one.Count} pairs, provider at {FirstTokenMs} ms to the first token");
    }
}
