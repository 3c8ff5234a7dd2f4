using System.Diagnostics;
using Steward.Load.Api;
using Steward.Load.Children;
using Steward.Load.Measuring;
using Steward.Simulators;
using Steward.Testing;

namespace Steward.Load.Scenarios;

/// <summary>Changes a tenant's data key while turns flow, kills the program in the middle, and opens every row at the end.</summary>
internal sealed class Rotate : IScenario
{
    private const int RowsEach = 5_000;
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    public string Name => "rotate";

    public string About => "change of a tenant's data key while turns flow, killed in the middle";

    public async Task RunAsync(Bench bench, Report report)
    {
        if (bench.Program is null) throw new LoadException("rotate kills Steward and cannot measure a running one.");
        var data = Path.Combine(bench.Data, "rotate");
        Directory.CreateDirectory(data);
        await bench.Simulator.UseAsync(new Script());
        var child = await StewardChild.StartAsync(bench.Program, data, bench.Simulator.Address, bench.Options);
        try
        {
            var access = await StewardChild.ReadAccessAsync(data);
            var master = await File.ReadAllTextAsync(Path.Combine(data, "master.key"));
            using var steward = new StewardClient(child.Address, access.ApiKey);
            await Workload.AddKnowledgeAsync(steward);
            await using var rows = SealedRows.Open(await DatabaseAsync(data), master, access.TenantId);
            var seeded = await SeedAsync(steward, rows, bench.Options.Rows, report);
            var before = await FlowAsync(steward, bench.Options, TimeSpan.FromSeconds(bench.Options.Seconds));
            Say(report, "before", before);

            var clock = Stopwatch.StartNew();
            await rows.AskForRotationAsync(default);
            Say(report, "while sealing again", await FlowUntilAsync(steward, bench.Options, async () => (await rows.RotationAsync(default)).Rows > seeded / 2));
            var atKill = await rows.RotationAsync(default);
            child.Kill();
            await child.DisposeAsync();
            child = await StewardChild.StartAsync(bench.Program, data, bench.Simulator.Address, bench.Options);
            report.Row("killed after", $"{atKill.Rows:#,0} rows ({atKill.State}); ready again after {child.TimeToReady.TotalSeconds:0.0} s");
            using var again = new StewardClient(child.Address, access.ApiKey);
            await using var after = SealedRows.Open(await DatabaseAsync(data), master, access.TenantId);
            Say(report, "while going on after the kill", await FlowUntilAsync(again, bench.Options, async () => (await after.RotationAsync(default)).State is "done" or "blocked"));
            var ended = await after.RotationAsync(default);
            report.Row("rotation, kill included", $"{ended.State} after {clock.Elapsed.TotalSeconds:0} s, {ended.Rows:#,0} rows sealed again");

            var count = await after.CountAsync(default);
            report.Row("messages that open", $"{count.Opened:#,0}, {count.Broken} do not", "all");
            report.Row("messages by key", string.Join(", ", count.ByKey.OrderBy(key => key.Key).Select(key => $"{key.Key}: {key.Value:#,0}")), "one key");
        }
        finally
        {
            await child.DisposeAsync();
        }
    }

    private static async Task<int> SeedAsync(StewardClient steward, SealedRows rows, int wanted, Report report)
    {
        var clock = Stopwatch.StartNew();
        var seeded = 0;
        while (seeded < wanted)
        {
            var portion = Math.Min(RowsEach, wanted - seeded);
            await rows.SeedAsync(await steward.StartConversationAsync(), portion, default);
            seeded += portion;
        }

        report.Row("rows", $"{seeded:#,0}, stored in {clock.Elapsed.TotalSeconds:0} s");
        return seeded;
    }

    private static Task<Flow> FlowAsync(StewardClient steward, LoadOptions options, TimeSpan time)
    {
        var clock = Stopwatch.StartNew();
        return FlowUntilAsync(steward, options, () => Task.FromResult(clock.Elapsed >= time));
    }

    /// <summary>Turns at a fixed rate, whether the ones before have ended or not.</summary>
    private static async Task<Flow> FlowUntilAsync(StewardClient steward, LoadOptions options, Func<Task<bool>> ended)
    {
        var conversations = await Workload.ConversationsAsync(steward, options.Rate, 2);
        var (flow, running) = (new Flow(), new List<Task>());
        using var looking = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        using var beat = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / options.Rate));
        var done = Task.Run(async () =>
        {
            var clock = Stopwatch.StartNew();
            while (!await ended() && clock.Elapsed < Patience) await looking.WaitForNextTickAsync();
        });
        var since = Stopwatch.StartNew();
        for (var i = 0; !done.IsCompleted && await beat.WaitForNextTickAsync();)
        {
            // What the timer missed is made up for: the rate is the point.
            while (i < since.Elapsed.TotalSeconds * options.Rate) running.Add(OneAsync(conversations[i % conversations.Length], i++));
        }

        await done;
        flow.Seconds = since.Elapsed.TotalSeconds;
        await Task.WhenAll(running);
        return flow;

        async Task OneAsync(Guid conversation, int i)
        {
            var started = Stopwatch.GetTimestamp();
            string? problem = null;
            try
            {
                var result = await steward.AskAsync(conversation, Workload.Messages[i % Workload.Messages.Count]);
                problem = result.Replied ? null : result.Problem ?? result.Action;
            }
            catch (Exception failed) when (failed is HttpRequestException or OperationCanceledException)
            {
                problem = failed.Message;
            }

            lock (flow)
            {
                flow.Times.Add(Stopwatch.GetElapsedTime(started));
                if (problem is not null) flow.Failed++;
                flow.Problem ??= problem;
            }
        }
    }

    private static void Say(Report report, string when, Flow flow)
    {
        report.Row($"turns {when}", $"{Samples.PerSecond(flow.Times.Count / flow.Seconds)}, median {Samples.Ms(flow.Times.Median)}, p99 {Samples.Ms(flow.Times.P99)}, {flow.Failed} of {flow.Times.Count:#,0} failed", "none failed");
        if (flow.Problem is not null) report.Note($"First failure {when}: {flow.Problem}");
    }

    /// <summary>The superuser's connection to a host's own database.</summary>
    internal static async Task<string> DatabaseAsync(string data)
    {
        // Lines 4 and 5 of postmaster.pid are the port and the directory of the socket.
        var file = await File.ReadAllLinesAsync(Path.Combine(data, "postgres", "postmaster.pid"));
        return $"Host={file[4].Trim()};Port={file[3]};Username=postgres;Database=steward;Pooling=false";
    }

    private sealed class Flow
    {
        public Samples Times { get; } = new();

        public int Failed { get; set; }

        public string? Problem { get; set; }

        public double Seconds { get; set; }
    }
}
