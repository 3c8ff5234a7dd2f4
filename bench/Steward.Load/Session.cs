using Steward.Load.Api;
using Steward.Load.Children;
using Steward.Load.Describing;
using Steward.Load.Measuring;
using Steward.Load.Scenarios;

namespace Steward.Load;

/// <summary>One run of the program: children up, scenarios one after another, children down.</summary>
internal static class Session
{
    public static async Task RunAsync(LoadOptions options, IReadOnlyList<IScenario> scenarios)
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
            foreach (var scenario in scenarios)
            {
                var report = new Report($"{scenario.Name}: {scenario.About}");
                await scenario.RunAsync(new Bench(options, simulator, steward, program, data), report);
                if (!described && steward.IsValueCreated)
                {
                    described = true;
                    Console.WriteLine(await Durability.ReadAsync(options.Steward is null ? data : options.Data));
                }

                report.Print(Console.Out);
            }
        }
        finally
        {
            await StopAsync(steward);
            if (options.Data is null) Directory.Delete(data, recursive: true);
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
            var access = StewardChild.ReadAccess(data);
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
