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
        Console.WriteLine("\n| | strong enough, in points, with its 95 % interval | cost at current prices, times, with its 95 % interval |\n|---|---|---|");
        foreach (var learned in LearnedPolicy.Risks.Select(LearnedPolicy.NameOf))
        {
            foreach (var rules in (string[])["default", "default, standard from 0.14"])
            {
                var compared = Compared.Of(Each(learned), Each(rules));
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"| {learned} against {rules} | {100 * compared.Enough:+0.0;-0.0} ({100 * compared.EnoughLow:+0.0;-0.0} to {100 * compared.EnoughHigh:+0.0;-0.0}) | {compared.Cost:0.00} ({compared.CostLow:0.00} to {compared.CostHigh:0.00}) |"));
            }
        }

        foreach (var one in evaluated)
        {
            Console.WriteLine($"\n| {one.Policy} | {string.Join(" | ", TierTable.Rows)} |\n|---|{string.Concat(TierTable.Rows.Select(_ => "---|"))}");
            foreach (var need in Enum.GetValues<Need>())
            {
                Console.WriteLine($"| {need} | {string.Join(" | ", TierTable.Rows.Select(row => one.Rows.GetValueOrDefault((need, row))))} |");
            }
        }

        return 0;

        IReadOnlyList<(bool, decimal)> Each(string name) => Evaluation.Each(Evaluation.Policies.Single(policy => policy.Name == name).Decide, Labelled.All, prices);
    }
}
