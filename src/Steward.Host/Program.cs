using Steward.Host;
using Steward.Host.Commands;

if (CommandLine.Holds(args))
{
    return await CommandLine.RunAsync(args, Console.Out, Console.Error);
}

await using var steward = await StewardApp.BuildAsync(args);
await steward.Web.RunAsync();
return 0;
