using Steward.Load.Api;
using Steward.Load.Children;
using Steward.Load.Describing;
using Steward.Load.Measuring;
using Steward.Load.Scenarios;

namespace Steward.Load;

/// <summary>One run of the program: children up, scenarios one after another, children down.</summary>
internal static class Session
{
    /// <returns>How many scenarios could not be measured.</returns>
    public static async Task<int> RunAsync(LoadOptions options, IReadOnlyList<IScenario> scenarios)
    {
        var needsHost = options.Steward is null && scenarios.Any(s => s is not SimulatorAlone);
        var program = needsHost ? await HostProgram.FindAsync(options) : null;
        var data = options.Data ?? Path.Combine(Path.GetTempPath(), $"steward-load-{Guid.NewGuid():N}");
        Directory.CreateDirectory(data);
        await using var simulator = await SimulatorChild.StartAsync(options.Simulator);
        var steward = new Lazy<Task<Running>>(() => StartAsync(options, program, data, simulator));
        try
        {
            Machine.Describe(Console.Out, data);
            var described = false;
            var failed = 0;
            foreach (var scenario in scenarios)
            {
                var report = new Report($"{scenario.Name}: {scenario.About}");
                if (!await MeasuredAsync(scenario, new Bench(options, simulator, steward, program, data), report)) failed++;
                if (!described && steward is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
                {
                    described = true;
                    Console.WriteLine(await Durability.ReadAsync(options.Steward is null ? data : options.Data));
                }

                report.Print(Console.Out);
            }

            return failed;
        }
        finally
        {
            await StopAsync(steward);
            if (options.Data is null) Directory.Delete(data, recursive: true);
        }
    }

    // One scenario that cannot be measured leaves the others their turn.
    private static async Task<bool> MeasuredAsync(IScenario scenario, Bench bench, Report report)
    {
        try
        {
            await scenario.RunAsync(bench, report);
            return true;
        }
        catch (Exception e) when (e is LoadException or HttpRequestException or OperationCanceledException)
        {
            report.Note($"Not measured: {e.Message}");
            return false;
        }
    }

    private static async Task<Running> StartAsync(LoadOptions options, string? program, string data, SimulatorChild simulator)
    {
        if (options.Steward is { } address)
        {
            var client = new StewardClient(address, options.Key!);
            await Workload.AddKnowledgeAsync(client);
            return new Running(client, address, options.Key!, null);
        }

        var child = await StewardChild.StartAsync(program!, data, simulator.Address, options);
        try
        {
            var access = await StewardChild.ReadAccessAsync(data);
            var client = new StewardClient(child.Address, access.ApiKey);
            await Workload.AddKnowledgeAsync(client);
            return new Running(client, child.Address, access.ApiKey, child);
        }
        catch
        {
            await child.DisposeAsync();
            throw;
        }
    }

    private static async Task StopAsync(Lazy<Task<Running>> steward)
    {
        if (!steward.IsValueCreated || !steward.Value.IsCompletedSuccessfully) return;
        var running = await steward.Value;
        running.Client.Dispose();
        if (running.Child is not null) await running.Child.DisposeAsync();
    }
}
