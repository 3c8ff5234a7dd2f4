using Steward.Load.Children;
using Steward.Load.Describing;
using Steward.Load.Measuring;

namespace Steward.Load.Scenarios;

internal sealed class ColdStart : IScenario
{
    public string Name => "coldstart";

    public string About => "exec to /health/ready with an existing database";

    public async Task RunAsync(Bench bench, Report report)
    {
        if (bench.Program is null) throw new LoadException("coldstart starts Steward itself and cannot measure a running one.");
        // A directory of its own: the other scenarios' Steward may hold the shared one.
        var data = Path.Combine(bench.Data, "coldstart");
        Directory.CreateDirectory(data);
        var (times, memory) = (new Samples(), new Samples());
        var first = TimeSpan.Zero;
        var runs = bench.Options.Count ?? 5;
        for (var i = 0; i <= runs; i++)
        {
            await using var steward = await StewardChild.StartAsync(bench.Program, data, bench.Simulator.Address, bench.Options);
            if (i == 0)
            {
                first = steward.TimeToReady;
                continue;
            }

            times.Add(steward.TimeToReady);
            if (i < runs) continue;
            await Task.Delay(TimeSpan.FromSeconds(5));
            if (steward.ResidentMegabytes() is { } megabytes) memory.Add(megabytes);
            report.Note(await Durability.ReadAsync(data));
        }

        report.Row("first start, with a new database", $"{first.TotalSeconds:0.00} s");
        report.Row("start with an existing database, median", $"{times.Median / 1000:0.00} s", "< 3 s");
        report.Row("slowest", $"{times.Max / 1000:0.00} s");
        report.Row("resident memory after 5 s idle, without PostgreSQL", memory.Count == 0 ? "unknown" : $"{memory.Median:0} MB", "< 400 MB");
        report.Row("starts", $"{times.Count}");
    }
}
