using System.Collections.Concurrent;
using Steward.Models.Calls;
using Steward.Platform.Events;
using Steward.Platform.Events.Records;
using Steward.Platform.Outbound;
using Steward.Platform.Postgres;
using Steward.Platform.Sealing;
using Steward.Platform.Tenancy;
using Steward.Platform.Wakeups;

namespace Steward.Models.Providers;

/// <summary>The providers a tenant brought its own keys for.</summary>
internal interface ITenantProviders
{
    ValueTask<IReadOnlyList<Provider>> OfAsync(TenantId tenant, CancellationToken ct);
}

/// <summary>What is known of a tenant's own key without opening it.</summary>
internal sealed record ProviderKeyState(string Provider, bool HasKey, string? BaseUrl, int Version, DateTimeOffset UpdatedAt);

/// <summary>A tenant's keys: rows, sealed; opened once per node and kept until they change or five minutes pass. Addresses that a tenant chose
/// are reached by the guarded client only.</summary>
internal sealed class TenantProviders : ITenantProviders, IDisposable
{
    internal const string Topic = "models.provider_keys";
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);
    private static readonly CallLimits Limits = new();
    private readonly ConcurrentDictionary<TenantId, (IReadOnlyList<Provider> Providers, DateTimeOffset Until)> _cache = new();
    private readonly Database _database;
    private readonly ISealing _sealing;
    private readonly ProviderConnections _connections;
    private readonly IGuardedHttp _guarded;
    private readonly IWakeups _wakeups;
    private readonly ModelSettings _settings;
    private readonly TimeProvider _time;
    private readonly IDisposable _changes;

    public TenantProviders(
        Database database, ISealing sealing, ProviderConnections connections, IGuardedHttp guarded, IWakeups wakeups, ModelSettings settings, TimeProvider time)
    {
        (_database, _sealing, _connections, _guarded, _wakeups, _settings, _time) = (database, sealing, connections, guarded, wakeups, settings, time);
        _changes = wakeups.Listen(Topic, Forget);
    }

    public void Dispose() => _changes.Dispose();

    public ValueTask<IReadOnlyList<Provider>> OfAsync(TenantId tenant, CancellationToken ct) =>
        _cache.TryGetValue(tenant, out var known) && known.Until > _time.GetUtcNow() ? new(known.Providers) : new(LoadAsync(tenant, ct));

    public async Task<IReadOnlyList<ProviderKeyState>> StatesAsync(TenantId tenant, CancellationToken ct)
    {
        var session = _database.For(tenant);
        var rows = session.Many(
            "select provider, sealed_key is not null, base_url, version, updated_at from models.provider_keys order by provider",
            row => new ProviderKeyState(row.GetString(0), row.GetBoolean(1), row.IsDBNull(2) ? null : row.GetString(2), row.GetInt32(3),
                row.GetFieldValue<DateTimeOffset>(4)));
        await session.SendAsync(ct);
        return rows.Value;
    }

    public async Task StoreAsync(TenantId tenant, ProviderKind kind, string? key, string? baseUrl, CancellationToken ct)
    {
        var sealer = await _sealing.ForAsync(tenant, ct);
        var session = _database.For(tenant);
        session.Add(
            """
            insert into models.provider_keys (tenant_id, provider, sealed_key, base_url, updated_at)
            values (current_setting('steward.tenant')::uuid, $1, $2, $3, $4)
            on conflict (tenant_id, provider) do update set sealed_key = excluded.sealed_key, base_url = excluded.base_url,
              updated_at = excluded.updated_at, version = models.provider_keys.version + 1
            """,
            Sql.Text(kind.Name), Sql.Bytes(key is null ? null : sealer.Seal(Field(tenant, kind.Name), key)), Sql.Text(baseUrl), Sql.Time(_time.GetUtcNow()));
        session.Record(new ProviderChanged(tenant.Value, "set", kind.Name));
        session.AfterCommit(() => Changed(tenant));
        await session.SendAsync(ct);
    }

    public async Task<bool> RemoveAsync(TenantId tenant, string provider, CancellationToken ct)
    {
        var session = _database.For(tenant);
        await using var transaction = await session.BeginAsync(ct);
        var removed = session.Add("delete from models.provider_keys where provider = $1", Sql.Text(provider));
        await session.SendAsync(ct);
        if (removed.Value == 0) return false;
        session.Record(new ProviderChanged(tenant.Value, "removed", provider));
        session.AfterCommit(() => Changed(tenant));
        await transaction.CommitAsync(ct);
        return true;
    }

    private async Task<IReadOnlyList<Provider>> LoadAsync(TenantId tenant, CancellationToken ct)
    {
        var session = _database.For(tenant);
        var rows = session.Many(
            "select provider, sealed_key, base_url from models.provider_keys order by provider",
            row => (Provider: row.GetString(0), Key: row.IsDBNull(1) ? null : row.GetFieldValue<byte[]>(1), Url: row.IsDBNull(2) ? null : row.GetString(2)));
        await session.SendAsync(ct);
        var providers = new List<Provider>(rows.Value.Count);
        if (rows.Value.Count > 0)
        {
            var sealer = await _sealing.ForAsync(tenant, ct);
            foreach (var row in rows.Value)
            {
                if (_settings.Kind(row.Provider) is not { } kind || (row.Url ?? Installed(kind)) is not { } address) continue;
                var key = row.Key is null ? null : sealer.Open(Field(tenant, row.Provider), row.Key);
                HttpSend send = row.Url is null ? _connections.Send : GuardedAsync;
                providers.Add(new Provider(kind, address, key, tenant.ToString(), send));
            }
        }

        _cache[tenant] = (providers, _time.GetUtcNow() + Lifetime);
        return providers;
    }

    // A named server has no address of its own: a tenant's key for it goes where the installation's does.
    private string? Installed(ProviderKind kind) =>
        kind.BaseUrl ?? _settings.Providers.FirstOrDefault(setting => setting.Kind.Name == kind.Name)?.BaseUrl;

    private Task<HttpResponseMessage> GuardedAsync(HttpRequestMessage request, CancellationToken ct) =>
        _guarded.Client.SendAsync(request.WithLimits(Limits.BodyBytes, Limits.Total), HttpCompletionOption.ResponseHeadersRead, ct);

    private void Changed(TenantId tenant)
    {
        Forget(tenant.ToString());
        _wakeups.Send(Topic, tenant.ToString());
    }

    private void Forget(string payload)
    {
        if (Guid.TryParse(payload, out var tenant)) _cache.TryRemove(new TenantId(tenant), out _);
        else _cache.Clear();
    }

    private static SealedField Field(TenantId tenant, string provider) => new("models.provider_keys", $"sealed_key:{provider}", tenant.Value);
}
