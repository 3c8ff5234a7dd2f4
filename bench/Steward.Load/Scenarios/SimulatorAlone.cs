using Steward.Load.Api;
using Steward.Load.Measuring;
using Steward.Simulators;

namespace Steward.Load.Scenarios;

internal sealed class SimulatorAlone : IScenario
{
    public string Name => "simulator";

    public string About => "the simulator alone";

    public async Task RunAsync(Bench bench, Report report)
    {
        await bench.Simulator.UseAsync(new Script());
        using var direct = new CompletionsClient(bench.Simulator.Address, "x", bench.Options.Model);
        var time = TimeSpan.FromSeconds(bench.Options.Seconds);
        var workers = bench.Options.Connections;
        await Throughput.RunAsync(workers, TimeSpan.FromSeconds(2), int.MaxValue, async _ => await direct.CallAsync() is null);
        var small = await Throughput.RunAsync(workers, time, int.MaxValue, async _ => await direct.CallAsync() is null);
        var turn = Workload.Prompt(bench.Options.Model);
        await Throughput.RunAsync(workers, TimeSpan.FromSeconds(1), int.MaxValue, async _ => await direct.CallAsync(turn) is null);
        var streamed = await Throughput.RunAsync(workers, time, int.MaxValue, async _ => await direct.CallAsync(turn) is null);
        report.Row($"req/s, a short question, {workers} at once", Samples.PerSecond(small.PerSecond), "15,000/s");
        report.Row("median", Samples.Ms(small.Times.Median));
        report.Row("p99", Samples.Ms(small.Times.P99));
        report.Row($"req/s, a turn's prompt of {turn.Length / 1024} KB, streamed", Samples.PerSecond(streamed.PerSecond));
        report.Row("median", Samples.Ms(streamed.Times.Median));
        report.Row("p99", Samples.Ms(streamed.Times.P99));
        report.Row("calls", $"{small.Times.Count} and {streamed.Times.Count}, {small.Failed + streamed.Failed} failed");
        report.Note("The meter takes its share of the same cores: the simulator alone is faster than this.");
    }
}
