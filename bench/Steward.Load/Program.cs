using Steward.Load;
using Steward.Load.Children;
using Steward.Load.Scenarios;

IScenario[] known = [new OneTurn(), new ManyTurns(), new Latency(), new Completions(), new FirstToken(), new ColdStart(), new History(), new Rotate(), new Fairness(), new SimulatorAlone()];
if (args is ["--help" or "-h"])
{
    Console.WriteLine(LoadOptions.Help);
    return 0;
}

try
{
    var options = LoadOptions.Parse(args);
    var chosen = options.Scenarios is ["all"]
        ? known
        : [.. options.Scenarios.Select(name => known.FirstOrDefault(s => s.Name == name) ?? throw new FormatException($"There is no scenario {name}."))];
    return await Session.RunAsync(options, chosen) == 0 ? 0 : 1;
}
catch (FormatException e)
{
    await Console.Error.WriteLineAsync($"{e.Message}\n\n{LoadOptions.Help}");
    return 2;
}
catch (LoadException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
