using System.Diagnostics.Metrics;
using Steward.Platform.Telemetry;

namespace Steward.Models.Budgets;

/// <summary>Figures of budgets; no tenant is named.</summary>
internal static class BudgetMetrics
{
    public static readonly Counter<long> Refused = StewardTelemetry.Meter.CreateCounter<long>(
        "steward.budgets.refused", "{call}", "Calls that a hard budget refused, by reason: exhausted or unpriced.");

    public static readonly Counter<long> BeyondWorstCase = StewardTelemetry.Meter.CreateCounter<long>(
        "steward.budgets.beyond_worst_case", "{call}", "Calls that cost more than was reserved for them; anything but zero is a bound to mend.");

    private static BudgetDesk? s_desk;

    static BudgetMetrics()
    {
        StewardTelemetry.Meter.CreateObservableGauge("steward.budgets.leased", static () => (double)Picos.Usd(s_desk?.Standing().Free ?? 0), "USD", "Money leased to this node that no call has reserved.");
        StewardTelemetry.Meter.CreateObservableGauge("steward.budgets.used_ratio", static () => s_desk?.Standing().Fullest ?? 0, "1", "The share that is spent of the fullest budget this node knows.");
    }

    /// <summary>The node's desk, which the figures are read from.</summary>
    public static IDisposable Watch(BudgetDesk desk)
    {
        s_desk = desk;
        return new Unwatch(desk);
    }

    private sealed class Unwatch(BudgetDesk desk) : IDisposable
    {
        public void Dispose() => Interlocked.CompareExchange(ref s_desk, null, desk);
    }
}
