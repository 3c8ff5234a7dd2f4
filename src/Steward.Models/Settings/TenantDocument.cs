using System.Collections.Concurrent;
using System.Text.Json;
using Npgsql;
using Steward.Platform.Events;
using Steward.Platform.Events.Records;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;
using Steward.Platform.Wakeups;

namespace Steward.Models.Settings;

/// <summary>A tenant's settings of one kind and their version; version 0 was never set.</summary>
internal sealed record Stored<TSettings>(TSettings Settings, int Version);

/// <summary>
/// Settings of each tenant, one document of a kind: kept per node until a wake-up says they changed, a minute at most, so that reading them costs no round trip.
/// </summary>
/// <param name="table">With the columns tenant_id, settings, version and updated_at.</param>
/// <param name="kind">What the audit calls them.</param>
/// <param name="told">The members whose values the audit may tell.</param>
internal abstract class TenantDocument<TSettings> : IDisposable
    where TSettings : class
{
    private const int MostTenants = 10_000;
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<TenantId, (Stored<TSettings> Stored, DateTimeOffset Until)> _kept = new();
    private readonly Database _database;
    private readonly IWakeups _wakeups;
    private readonly TimeProvider _time;
    private readonly IDisposable _changes;
    private readonly Stored<TSettings> _unset;
    private readonly string _table;
    private readonly string _kind;
    private readonly string[] _told;
    private long _generation;

    protected TenantDocument(Database database, IWakeups wakeups, TimeProvider time, TSettings unset, string table, string kind, params string[] told)
    {
        (_database, _wakeups, _time, _unset, _table, _kind, _told) = (database, wakeups, time, new(unset, 0), table, kind, told);
        _changes = wakeups.Listen(table, Forget);
    }

    public void Dispose() => _changes.Dispose();

    /// <summary>What is known without asking the database; null where that is nothing.</summary>
    public TSettings? Known(TenantId tenant) => _kept.TryGetValue(tenant, out var kept) && _time.GetUtcNow() < kept.Until ? kept.Stored.Settings : null;

    public ValueTask<Stored<TSettings>> OfAsync(TenantId tenant, CancellationToken ct) =>
        _kept.TryGetValue(tenant, out var kept) && _time.GetUtcNow() < kept.Until ? new(kept.Stored) : new(LoadAsync(tenant, ct));

    /// <summary>Null when the settings have another version than those expected.</summary>
    public async Task<Stored<TSettings>?> WriteAsync(TenantId tenant, TSettings settings, long[]? expected, CancellationToken ct)
    {
        var session = _database.For(tenant);
        await using var transaction = await session.BeginAsync(ct);
        var before = AppendRead(session);
        var version = session.One(
            $"""
            insert into {_table} as r (tenant_id, settings)
            select (select current_setting('steward.tenant')::uuid), $1
            where $2::bigint[] is null or 0 = any($2) or exists (select from {_table} o where o.tenant_id = (select current_setting('steward.tenant')::uuid))
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

        session.Record(new SettingsChanged(tenant.Value, _kind, FieldChange.Between((before.Value ?? _unset).Settings, settings, _told)));
        session.AfterCommit(() =>
        {
            Forget(tenant.ToString());
            _wakeups.Send(_table, tenant.ToString());
        });
        await transaction.CommitAsync(ct);
        return new Stored<TSettings>(settings, written);
    }

    public async Task<Stored<TSettings>> LoadAsync(TenantId tenant, CancellationToken ct)
    {
        var generation = Interlocked.Read(ref _generation);
        var session = _database.For(tenant);
        var row = AppendRead(session);
        try
        {
            await session.SendAsync(ct);
        }
        catch (Exception error) when (error is NpgsqlException or TimeoutException && _kept.TryGetValue(tenant, out var last))
        {
            // What was known a moment ago serves better than no answer.
            return last.Stored;
        }

        var stored = row.Value ?? _unset;
        if (_kept.Count >= MostTenants) _kept.Clear();
        _kept[tenant] = (stored, _time.GetUtcNow() + Lifetime);
        // What was read while a change was announced may be from before it: it serves its caller and is not kept.
        if (Interlocked.Read(ref _generation) != generation) _kept.TryRemove(tenant, out _);
        return stored;
    }

    private Pending<Stored<TSettings>?> AppendRead(TenantSession session) => session.One(
        $"select settings, version from {_table} where tenant_id = (select current_setting('steward.tenant')::uuid)",
        row => (Stored<TSettings>?)new Stored<TSettings>(JsonSerializer.Deserialize<TSettings>(row.GetString(0), JsonSerializerOptions.Web)!, row.GetInt32(1)));

    private void Forget(string payload)
    {
        Interlocked.Increment(ref _generation);
        if (Guid.TryParse(payload, out var tenant)) _kept.TryRemove(new TenantId(tenant), out _);
        else _kept.Clear();
    }
}
