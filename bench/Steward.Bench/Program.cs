using BenchmarkDotNet.Running;
using Steward.Bench.Search;

if (args is ["search", .. var rest])
{
    return SearchTable.Run(rest);
}

BenchmarkSwitcher.FromAssembly(typeof(SearchTable).Assembly).Run(args);
return 0;
