using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Steward.Platform.Telemetry;

/// <summary>The one activity source and the one meter of the product.</summary>
public static class StewardTelemetry
{
    /// <summary>The name both carry.</summary>
    public const string Name = "Steward";

    /// <summary>Spans of the product.</summary>
    public static ActivitySource Source { get; } = new(Name);

    /// <summary>Figures of the product.</summary>
    public static Meter Meter { get; } = new(Name);
}
