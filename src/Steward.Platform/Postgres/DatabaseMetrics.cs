using System.Diagnostics.Metrics;
using Steward.Platform.Telemetry;

namespace Steward.Platform.Postgres;

/// <summary>What the database costs: one count per round trip, so that a test can hold the number a turn may use; and what had to be done twice.</summary>
internal static class DatabaseMetrics
{
    public static readonly Counter<long> RoundTrips =
        StewardTelemetry.Meter.CreateCounter<long>("steward.db.round_trips", unit: "{round_trip}", description: "Batches sent to PostgreSQL.");

    public static readonly Counter<long> Deadlocks =
        StewardTelemetry.Meter.CreateCounter<long>("steward.db.deadlocks", unit: "{batch}", description: "Batches that PostgreSQL took back because of a deadlock and that were sent again.");
}
