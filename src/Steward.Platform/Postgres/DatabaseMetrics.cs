using System.Diagnostics.Metrics;
using Steward.Platform.Telemetry;

namespace Steward.Platform.Postgres;

/// <summary>What the database costs: one count per round trip, so that a test can hold the number a turn may use.</summary>
internal static class DatabaseMetrics
{
    public static readonly Counter<long> RoundTrips =
        StewardTelemetry.Meter.CreateCounter<long>("steward.db.round_trips", unit: "{round_trip}", description: "Batches sent to PostgreSQL.");
}
