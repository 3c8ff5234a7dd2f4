using BenchmarkDotNet.Running;
using Steward.Bench.Caching;
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

if (args is ["caching"])
{
    return await CachingTable.RunAsync();
}

BenchmarkSwitcher.FromAssembly(typeof(SearchTable).Assembly).Run(args);
return 0;
