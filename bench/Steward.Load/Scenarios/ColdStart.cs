using System.Diagnostics;
using Steward.Load.Api;
using Steward.Load.Children;
using Steward.Load.Describing;
using Steward.Load.Measuring;
using Steward.Simulators;

namespace Steward.Load.Scenarios;

internal sealed class ColdStart : IScenario
{
    private const int FirstTurns = 48;

    public string Name => "coldstart";

    public string About => "exec to /health/ready with an existing database";

    public async Task RunAsync(Bench bench, Report report)
    {
        if (bench.Program is null) throw new LoadException("coldstart starts Steward itself and cannot measure a running one.");
        // A directory of its own: the other scenarios' Steward may hold the shared one.
        var data = Path.Combine(bench.Data, "coldstart");
        Directory.CreateDirectory(data);
        await bench.Simulator.UseAsync(new Script());
        var (times, first48, memory) = (new Samples(), new Samples(), new Samples());
        var first = TimeSpan.Zero;
        var runs = bench.Options.Count ?? 5;
        for (var i = 0; i <= runs; i++)
        {
            await using var steward = await StewardChild.StartAsync(bench.Program, data, bench.Simulator.Address, bench.Options);
            if (i == 0)
            {
                first = steward.TimeToReady;
                await Workload.AddKnowledgeAsync(await ClientAsync(steward, data));
                continue;
            }

            times.Add(steward.TimeToReady);
            first48.Add(await FirstTurnsAsync(await ClientAsync(steward, data)));
            if (i < runs) continue;
            await Task.Delay(TimeSpan.FromSeconds(5));
            if (steward.ResidentMegabytes() is { } megabytes) memory.Add(megabytes);
            report.Note(await Durability.ReadAsync(data));
        }

        report.Row("first start, with a new database", $"{first.TotalSeconds:0.00} s");
        report.Row("start with an existing database, median", $"{times.Median / 1000:0.00} s", "< 3 s");
        report.Row($"the first {FirstTurns} turns after it, 16 at once, median", $"{first48.Median / 1000:0.00} s");
        report.Row("slowest", $"{times.Max / 1000:0.00} s");
        report.Row("resident memory after 5 s idle, without PostgreSQL", memory.Count == 0 ? "unknown" : $"{memory.Median:0} MB", "< 400 MB");
        report.Row("starts", $"{times.Count}");
    }

    private static async Task<StewardClient> ClientAsync(StewardChild steward, string data)
        => new(steward.Address, (await StewardChild.ReadAccessAsync(data)).ApiKey);

    /// <summary>Everything a turn needs is compiled, read and connected in these: what customers wait for after a restart.</summary>
    private static async Task<TimeSpan> FirstTurnsAsync(StewardClient steward)
    {
        var started = Stopwatch.GetTimestamp();
        await Parallel.ForAsync(0, FirstTurns, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
        {
            var result = await steward.AskAsync(await steward.StartConversationAsync(), Workload.Messages[i % Workload.Messages.Count]);
            if (!result.Replied) throw new LoadException($"A first turn got no reply: {result.Problem ?? result.Action}");
        });
        return Stopwatch.GetElapsedTime(started);
    }
}
