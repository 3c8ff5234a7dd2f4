using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Steward.Load.Api;
using Steward.Load.Children;
using Steward.Load.Measuring;
using Steward.Simulators;
using Steward.Testing;

namespace Steward.Load.Scenarios;

/// <summary>One tenant has thousands of conversations that are due; another's customers ask at a low rate meanwhile, as they did when nothing was due.</summary>
internal sealed class Fairness : IScenario
{
    private const int PerSecond = 10;

    public string Name => "fairness";

    public string About => "a quiet tenant's turns while another has many conversations due";

    public async Task RunAsync(Bench bench, Report report)
    {
        if (bench.Program is null) throw new LoadException("fairness needs a Steward of its own and cannot measure a running one.");
        var data = Path.Combine(bench.Data, "fairness");
        Directory.CreateDirectory(data);
        await bench.Simulator.UseAsync(new Script());
        await using var child = await StewardChild.StartAsync(bench.Program, data, bench.Simulator.Address, bench.Options);
        var access = await StewardChild.ReadAccessAsync(data);
        using var loud = new StewardClient(child.Address, access.ApiKey);
        using var quiet = new StewardClient(child.Address, await SecondTenantAsync(bench, data));
        await Workload.AddKnowledgeAsync(loud);
        await Workload.AddKnowledgeAsync(quiet);
        var conversations = await Workload.ConversationsAsync(quiet, 40, 10);
        var idle = await AskAsync(quiet, conversations, () => Task.FromResult(false), bench.Options.Seconds);

        var due = await StartAsync(loud, bench.Options.Due);
        await using var rows = SealedRows.Open(await Rotate.DatabaseAsync(data), await File.ReadAllTextAsync(Path.Combine(data, "master.key")), access.TenantId);
        await rows.LeaveDueAsync(due, default);
        var clock = Stopwatch.StartNew();
        var busy = await AskAsync(quiet, conversations, async () => await rows.DueAsync(default) == 0, int.MaxValue);

        report.Row("idle: p50, p95", $"{Samples.Ms(idle.Times.Median)}, {Samples.Ms(idle.Times.P95)}");
        report.Row($"with {due.Length:#,0} due: p50, p95", $"{Samples.Ms(busy.Times.Median)}, {Samples.Ms(busy.Times.P95)}");
        report.Row("p95 over its idle value", (busy.Times.P95 / idle.Times.P95).ToString("0.00", CultureInfo.InvariantCulture), "< 2");
        report.Row("the other's conversations", $"all answered after {clock.Elapsed.TotalSeconds:0.0} s, {Samples.PerSecond(due.Length / clock.Elapsed.TotalSeconds)}");
        report.Row("turns", $"{idle.Times.Count} idle, {busy.Times.Count} under load, {idle.Failed + busy.Failed} failed", "none failed");
        if (busy.Times.Count < 100) report.Note("Fewer than 100 samples under load: a larger --due gives more.");
        if ((idle.Problem ?? busy.Problem) is { } problem) report.Note($"First failure: {problem}");
    }

    /// <summary>A tenant beside the demo's, made as an operator makes it; the key of its programs.</summary>
    private static async Task<string> SecondTenantAsync(Bench bench, string data)
    {
        await CommandAsync(bench, data, "tenant", "create", "--name", "Quiet", "--owner", "owner@example.com");
        return (await CommandAsync(bench, data, "key", "create", "--tenant", "Quiet", "--name", "Load")).GetProperty("key").GetString()!;
    }

    private static async Task<JsonElement> CommandAsync(Bench bench, string data, params string[] arguments)
    {
        var environment = new Dictionary<string, string>(bench.Options.Environment, StringComparer.Ordinal) { ["STEWARD_DATA"] = data, ["ASPNETCORE_ENVIRONMENT"] = "Development" };
        using var command = Child.Start(bench.Program!, [.. arguments, "--json"], environment);
        await command.WaitAsync();
        var said = command.Output;
        try
        {
            // What it logs comes before.
            return JsonElement.Parse(said[Math.Max(0, said.IndexOf('{', StringComparison.Ordinal))..]);
        }
        catch (JsonException)
        {
            throw new LoadException($"steward {string.Join(' ', arguments)} said: {said}");
        }
    }

    private static async Task<Guid[]> StartAsync(StewardClient steward, int count)
    {
        var ids = new Guid[count];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) => ids[i] = await steward.StartConversationAsync());
        return ids;
    }

    /// <summary>Turns at a fixed rate, each in a conversation of its own, until the seconds are over or <paramref name="ended"/> says so.</summary>
    private static async Task<(Samples Times, int Failed, string? Problem)> AskAsync(StewardClient steward, Guid[] conversations, Func<Task<bool>> ended, int seconds)
    {
        var (clock, running) = (Stopwatch.StartNew(), new List<Task<(TimeSpan Took, string? Problem)>>());
        using var beat = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / PerSecond));
        for (var i = 0; clock.Elapsed.TotalSeconds < seconds && !await ended() && await beat.WaitForNextTickAsync(); i++)
        {
            running.Add(OneAsync(conversations[i % conversations.Length], Workload.Messages[i % Workload.Messages.Count]));
        }

        var samples = new Samples();
        var results = await Task.WhenAll(running);
        foreach (var (took, problem) in results)
        {
            if (problem is null) samples.Add(took);
        }

        return (samples, results.Count(result => result.Problem is not null), results.Select(result => result.Problem).FirstOrDefault(problem => problem is not null));

        async Task<(TimeSpan, string?)> OneAsync(Guid conversation, byte[] message)
        {
            var started = Stopwatch.GetTimestamp();
            var result = await steward.AskAsync(conversation, message);
            return (Stopwatch.GetElapsedTime(started), result.Replied ? null : result.Problem ?? result.Action);
        }
    }
}
