using System.Diagnostics.Metrics;
using Steward.Platform.Telemetry;

namespace Steward.Models.Calls;

/// <summary>How many models this node leaves alone, by provider and reason; no tenant is named.</summary>
internal static class RestMetrics
{
    private static CircuitBreakers? s_breakers;

    static RestMetrics() => StewardTelemetry.Meter.CreateObservableGauge(
        "steward.models.resting", Count, "{model}", "Models that nothing is sent to at the moment, by provider and reason, counted once for each key.");

    /// <summary>The node's breakers, which the figures are read from.</summary>
    public static void Watch(CircuitBreakers breakers) => s_breakers = breakers;

    private static IEnumerable<Measurement<int>> Count() => (s_breakers?.Resting() ?? [])
        .GroupBy(model => (model.Provider, model.Rest.Reason))
        .Select(group => new Measurement<int>(group.Count(), new("gen_ai.provider.name", group.Key.Provider), new("error.type", FailureCodes.Of(group.Key.Reason))));
}
