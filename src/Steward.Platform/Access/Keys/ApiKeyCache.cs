using System.Collections.Frozen;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Access.Keys;

/// <summary>
/// Finds the caller behind an API key. A known key costs no round trip; an unknown one is remembered briefly too, so that a
/// program with a wrong key in a loop does not load the database.
/// </summary>
internal sealed class ApiKeyCache : IDisposable
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan UnknownLifetime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan UseStep = TimeSpan.FromMinutes(10);
    private readonly Database database;
    private readonly TimeProvider time;
    private readonly TimedCache<string, Caller?> known;
    private readonly IDisposable listening;

    public ApiKeyCache(Database database, AccessChanges changes, TimeProvider time)
    {
        this.database = database;
        this.time = time;
        known = new TimedCache<string, Caller?>(time, capacity: 10_000);
        listening = changes.Listen(Forget);
    }

    public async ValueTask<Caller?> FindAsync(string secret, CancellationToken ct)
    {
        if (!ApiKeySecret.CouldBe(secret))
        {
            return null;
        }

        var hash = ApiKeySecret.Hash(secret);
        var name = Convert.ToBase64String(hash);
        if (known.TryGet(name, out var cached))
        {
            return cached;
        }

        var readAt = known.Generation;
        var caller = await LoadAsync(hash, ct);
        known.Set(name, caller, caller is null ? UnknownLifetime : Lifetime, readAt);
        return caller;
    }

    public void Dispose() => listening.Dispose();

    private async Task<Caller?> LoadAsync(byte[] hash, CancellationToken ct)
    {
        var found = await database.DispatchAsync(
            "select tenant_id, key_id from platform.find_api_key($1)",
            row => (Tenant: new TenantId(row.GetGuid(0)), Key: row.GetGuid(1)),
            ct,
            Sql.Bytes(hash));
        if (found.Count != 1)
        {
            return null;
        }

        var (tenant, key) = found[0];
        var now = time.GetUtcNow();
        var session = database.For(tenant);
        var held = session.One(
            "select permissions, per_hour, per_minute, stream_mode from platform.api_keys where key_id = $1 and revoked_at is null and (expires_at is null or expires_at > $2)",
            static row => (Permissions: row.GetFieldValue<string[]>(0), Limit: KeyLimit.Read(row, 1), Streams: KeyStreams.Read(row, 3)),
            Sql.Uuid(key),
            Sql.Time(now));
        session.Add(
            "update platform.api_keys set last_used_at = $2 where key_id = $1 and revoked_at is null and (last_used_at is null or last_used_at < $3)",
            Sql.Uuid(key),
            Sql.Time(now),
            Sql.Time(now - UseStep));
        await session.SendAsync(ct);
        return held.Value.Permissions is { } permissions
            ? new Caller(tenant, CallerKind.ApiKey, key, null, null, permissions.Append(Permissions.Self).ToFrozenSet()) { Limit = held.Value.Limit.Rule(), HoldsStreams = held.Value.Streams == KeyStreams.Complete }
            : null;
    }

    private void Forget(Guid? id)
    {
        if (id is null)
        {
            known.Clear();
        }
        else
        {
            known.RemoveWhere(caller => caller is null || caller.Id == id);
        }
    }
}
