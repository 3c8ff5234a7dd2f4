using System.Text.Json;
using Steward.Platform.Nodes;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Models.Budgets;

/// <summary>Speaks to the database for all tenants of this node at once: one statement a round, one round at a time.</summary>
internal sealed class BudgetRounds(Database database, ITenants tenants, NodeIdentity node, TimeProvider time) : IDisposable
{
    private const int MostZones = 100_000;
    private static readonly TimeSpan ZoneKept = TimeSpan.FromMinutes(10);
    private readonly long _start = time.GetTimestamp();
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly Dictionary<TenantId, (string Zone, TimeSpan Until)> _zones = [];
    private long _done;

    /// <summary>The running clock of slices.</summary>
    public TimeSpan Now => time.GetElapsedTime(_start);

    public void Dispose() => _one.Dispose();

    /// <summary>Runs one round, or waits for one that began after the call.</summary>
    /// <param name="meters">Whom to speak for.</param>
    /// <param name="closing">The node ends: what is leased and free goes back.</param>
    /// <param name="ct">Cancels the wait.</param>
    public async Task RunAsync(Func<IEnumerable<TenantMeters>> meters, bool closing, CancellationToken ct)
    {
        var seen = Interlocked.Read(ref _done);
        await _one.WaitAsync(ct);
        try
        {
            // The round after the one that was under way began when this caller waited already: it spoke for this one too.
            if (Interlocked.Read(ref _done) > seen + 1) return;
            await SpeakAsync(meters(), closing, ct);
            Interlocked.Increment(ref _done);
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task SpeakAsync(IEnumerable<TenantMeters> meters, bool closing, CancellationToken ct)
    {
        var asked = Now;
        var asks = new List<(TenantMeters Of, MeterAsk Ask)>();
        foreach (var tenant in meters)
            lock (tenant.Gate) asks.AddRange(tenant.All.SelectMany(meter => meter.Collect(asked, closing)).Select(ask => (tenant, ask)));
        if (asks.Count == 0) return;
        var zones = new Dictionary<TenantId, string>();
        foreach (var tenant in asks.Select(ask => ask.Of.Tenant).Distinct()) zones[tenant] = await ZoneAsync(tenant, asked, ct);
        var answers = await database.DispatchAsync(
            "select place, version, period, since, at, lasts_us, spent, granted, room from models.lease_budgets($1, $2)",
            static row => (Place: row.GetInt32(0), Answer: new SliceAnswer(row.IsDBNull(1) ? 0 : row.GetInt32(1), row.GetInt32(2), row.GetFieldValue<DateTimeOffset>(3),
                row.GetFieldValue<DateTimeOffset>(4), TimeSpan.FromMicroseconds(row.GetInt64(5)), row.GetInt64(6), row.GetInt64(7), row.GetInt64(8))),
            ct, Sql.Uuid(node.Incarnation), Sql.Json(Write(asks, zones)));
        foreach (var (place, answer) in answers)
        {
            var (tenant, ask) = asks[place];
            lock (tenant.Gate) ask.Meter.Answered(ask, answer, asked);
        }
    }

    private static string Write(List<(TenantMeters Of, MeterAsk Ask)> asks, Dictionary<TenantId, string> zones) => JsonSerializer.Serialize(asks.Select((one, place) => new
    {
        place,
        tenant = one.Of.Tenant.Value,
        budget = one.Ask.Meter.Budget.Key,
        kind = one.Ask.Meter.Budget.Name.PeriodText,
        zone = zones[one.Of.Tenant],
        told_period = one.Ask.Slice?.Period,
        spent = one.Ask.Said.Spent,
        keep = one.Ask.Said.Keep,
        risk = one.Ask.Said.Risk,
        need = one.Ask.Said.Need,
        want = one.Ask.Said.Want,
        refused = one.Ask.Refused,
    }));

    private async ValueTask<string> ZoneAsync(TenantId tenant, TimeSpan now, CancellationToken ct)
    {
        if (_zones.TryGetValue(tenant, out var known) && known.Until > now) return known.Zone;
        if (_zones.Count > MostZones) _zones.Clear();
        var zone = await tenants.FindAsync(tenant, ct) is { } found ? found.Zone.Id : "UTC";
        _zones[tenant] = (zone, now + ZoneKept);
        return zone;
    }
}
