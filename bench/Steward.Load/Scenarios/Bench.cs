using Steward.Load.Api;
using Steward.Load.Children;

namespace Steward.Load.Scenarios;

/// <summary>What a scenario works with.</summary>
internal sealed record Bench(LoadOptions Options, SimulatorChild Simulator, Lazy<Task<Running>> Steward, string? Program, string Data);

/// <summary>A Steward that answers, and its key.</summary>
internal sealed record Running(StewardClient Client, Uri Address, string Key, StewardChild? Child);

internal interface IScenario
{
    string Name { get; }

    string About { get; }

    Task RunAsync(Bench bench, Measuring.Report report);
}
