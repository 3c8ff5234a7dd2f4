using BenchmarkDotNet.Running;
using Steward.Bench.Routing;
using Steward.Bench.Search;

if (args is ["search", .. var rest])
{
    return SearchTable.Run(rest);
}

if (args is ["routing"])
{
    return RoutingTable.Run();
}

BenchmarkSwitcher.FromAssembly(typeof(SearchTable).Assembly).Run(args);
return 0;
