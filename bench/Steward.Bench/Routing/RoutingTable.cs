using System.Globalization;
using Steward.Models.Prices;
using Steward.Models.Routing;

namespace Steward.Bench.Routing;

/// <summary>The tables of docs/routing.md.</summary>
internal static class RoutingTable
{
    public static int Run()
    {
        var prices = PriceList.Load(null);
        var evaluated = Evaluation.Policies.Select(policy => Evaluation.Of(policy.Name, policy.Decide, Labelled.All, prices)).ToList();
        Console.WriteLine($"{Labelled.All.Count} questions: {string.Join(", ", Labelled.All.CountBy(question => question.Need).Select(pair => $"{pair.Value} {pair.Key}"))}; prices of {Evaluation.Day:yyyy-MM-dd}\n");
        Console.WriteLine("| policy | fits | strong enough | at the first prices | saved | at current prices | saved |\n|---|---|---|---|---|---|---|");
        foreach (var one in evaluated)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {one.Policy} | {one.Fitting:0.0 %} | {one.Enough:0.0 %} | ${one.SeedUsd:0.0000} | {one.SavedAtSeedPrices:0.0 %} | ${one.CurrentUsd:0.0000} | {one.SavedAtCurrentPrices:0.0 %} |"));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| gpt-4-turbo for all | | | ${evaluated[0].SeedBaselineUsd:0.0000} | | ${evaluated[0].CurrentBaselineUsd:0.0000} | |"));
        foreach (var one in evaluated)
        {
            Console.WriteLine($"\n| {one.Policy} | {string.Join(" | ", TierTable.Rows)} |\n|---|{string.Concat(TierTable.Rows.Select(_ => "---|"))}");
            foreach (var need in Enum.GetValues<Need>())
            {
                Console.WriteLine($"| {need} | {string.Join(" | ", TierTable.Rows.Select(row => one.Rows.GetValueOrDefault((need, row))))} |");
            }
        }

        return 0;
    }
}
