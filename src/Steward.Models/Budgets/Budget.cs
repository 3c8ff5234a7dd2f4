namespace Steward.Models.Budgets;

/// <summary>One budget of a tenant. Amounts are whole 10^-12 dollars (<see cref="Picos"/>): exact as in the rows, and added without rounding.</summary>
/// <param name="Name">What it binds and for how long.</param>
/// <param name="Warn">People are told at shares of this; null is never.</param>
/// <param name="Hard">Never passed; null is no cap.</param>
/// <param name="Soft">Whether calls should become cheaper once <paramref name="Warn"/> is spent.</param>
/// <param name="Version">0 for a default that nobody changed.</param>
internal sealed record Budget(BudgetName Name, long? Warn, long? Hard, bool Soft, int Version)
{
    /// <summary>Said at these percents of <see cref="Warn"/>.</summary>
    public static readonly int[] Thresholds = [70, 90, 100, 110, 120];

    /// <summary>What holds where a tenant set nothing.</summary>
    public static readonly Budget[] Defaults =
    [
        new(new(BudgetScope.Tenant, null, null, BudgetPeriod.Day), Picos.Of(50m), null, Soft: true, 0),
        new(new(BudgetScope.Tenant, null, null, BudgetPeriod.Month), Picos.Of(500m), null, Soft: true, 0),
        new(new(BudgetScope.Service, null, "rerank", BudgetPeriod.Month), Picos.Of(500m), null, Soft: true, 0),
    ];

    public string Key { get; } = Name.ToString();

    /// <summary>The highest threshold that an amount has reached, in percent; 0 below all.</summary>
    public int Reached(long spent) => Warn is { } warn ? Thresholds.LastOrDefault(percent => (Int128)spent * 100 >= (Int128)warn * percent) : 0;
}

/// <summary>Whole 10^-12 dollars: what <c>numeric(24,12)</c> counts in, as long as nobody budgets nine million dollars.</summary>
internal static class Picos
{
    private const decimal PerDollar = 1_000_000_000_000m;

    /// <summary>The most that a budget may have, in dollars: sums of several stay far from overflowing.</summary>
    public const decimal MostUsd = 1_000_000m;

    public static long Of(decimal usd) => (long)decimal.Ceiling(Math.Min(usd, 9_000_000m) * PerDollar);

    public static decimal Usd(long picos) => picos / PerDollar;
}
