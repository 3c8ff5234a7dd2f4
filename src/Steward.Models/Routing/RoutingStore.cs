using System.Collections.Concurrent;
using System.Text.Json;
using Steward.Platform.Events;
using Steward.Platform.Events.Records;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;
using Steward.Platform.Wakeups;

namespace Steward.Models.Routing;

/// <summary>A tenant's settings and their version; version 0 was never set.</summary>
internal sealed record StoredRouting(RoutingSettings Settings, int Version)
{
    public static StoredRouting Unset { get; } = new(RoutingSettings.Defaults, 0);
}

/// <summary>The routing settings of each tenant: kept per node until a wake-up says they changed, a minute at most, so that routing costs no round trip.</summary>
internal sealed class RoutingStore : IDisposable
{
    internal const string Topic = "models.routing";
    private const int MostTenants = 10_000;
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<TenantId, (StoredRouting Stored, DateTimeOffset Until)> _kept = new();
    private readonly Database _database;
    private readonly IWakeups _wakeups;
    private readonly TimeProvider _time;
    private readonly IDisposable _changes;
    private long _generation;

    public RoutingStore(Database database, IWakeups wakeups, TimeProvider time)
    {
        (_database, _wakeups, _time) = (database, wakeups, time);
        _changes = wakeups.Listen(Topic, Forget);
    }

    public void Dispose() => _changes.Dispose();

    public ValueTask<StoredRouting> OfAsync(TenantId tenant, CancellationToken ct) =>
        _kept.TryGetValue(tenant, out var kept) && _time.GetUtcNow() < kept.Until ? new(kept.Stored) : new(LoadAsync(tenant, ct));

    /// <summary>Null when the settings have another version than those expected.</summary>
    public async Task<StoredRouting?> WriteAsync(TenantId tenant, RoutingSettings settings, long[]? expected, CancellationToken ct)
    {
        var session = _database.For(tenant);
        await using var transaction = await session.BeginAsync(ct);
        var before = AppendRead(session);
        var version = session.One(
            """
            insert into models.routing as r (tenant_id, settings)
            select (select current_setting('steward.tenant')::uuid), $1
            where $2::bigint[] is null or 0 = any($2) or exists (select from models.routing o where o.tenant_id = (select current_setting('steward.tenant')::uuid))
            on conflict (tenant_id) do update set settings = excluded.settings, version = r.version + 1, updated_at = now()
            where $2::bigint[] is null or r.version = any($2)
            returning version
            """,
            row => (int?)row.GetInt32(0), Sql.Json(JsonSerializer.Serialize(settings, JsonSerializerOptions.Web)), Sql.Longs(expected));
        await session.SendAsync(ct);
        if (version.Value is not { } written)
        {
            return null;
        }

        session.Record(new SettingsChanged(tenant.Value, "routing", FieldChange.Between((before.Value ?? StoredRouting.Unset).Settings, settings, "policy", "preset")));
        session.AfterCommit(() =>
        {
            Forget(tenant.ToString());
            _wakeups.Send(Topic, tenant.ToString());
        });
        await transaction.CommitAsync(ct);
        return new StoredRouting(settings, written);
    }

    public async Task<StoredRouting> LoadAsync(TenantId tenant, CancellationToken ct)
    {
        var generation = Interlocked.Read(ref _generation);
        var session = _database.For(tenant);
        var row = AppendRead(session);
        await session.SendAsync(ct);
        var stored = row.Value ?? StoredRouting.Unset;
        if (_kept.Count >= MostTenants) _kept.Clear();
        _kept[tenant] = (stored, _time.GetUtcNow() + Lifetime);
        // What was read while a change was announced may be from before it: it serves its caller and is not kept.
        if (Interlocked.Read(ref _generation) != generation) _kept.TryRemove(tenant, out _);
        return stored;
    }

    private static Pending<StoredRouting?> AppendRead(TenantSession session) => session.One(
        "select settings, version from models.routing where tenant_id = (select current_setting('steward.tenant')::uuid)",
        row => (StoredRouting?)new StoredRouting(JsonSerializer.Deserialize<RoutingSettings>(row.GetString(0), JsonSerializerOptions.Web)!, row.GetInt32(1)));

    private void Forget(string payload)
    {
        Interlocked.Increment(ref _generation);
        if (Guid.TryParse(payload, out var tenant)) _kept.TryRemove(new TenantId(tenant), out _);
        else _kept.Clear();
    }
}
