using System.Collections.Concurrent;
using System.Security.Cryptography;
using Npgsql;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Sealing;

/// <summary>Loads tenants' keys, unwraps them with the master key and keeps their sealers.</summary>
internal sealed class TenantSealing(Database database, MasterKeys masters) : ISealing
{
    internal const string Columns = "select purpose, number, wrapped, master, state from platform.tenant_keys where tenant_id = ";
    private readonly ConcurrentDictionary<TenantId, TenantSealer> _sealers = new();
    private long _changes;

    public ValueTask<TenantSealer> ForAsync(TenantId tenant, CancellationToken ct)
        => _sealers.TryGetValue(tenant, out var sealer) ? new(sealer) : new(LoadAsync(tenant, ct));

    /// <summary>Appends a new tenant's first keys to the session that creates it.</summary>
    public void AppendNewKeys(TenantSession session)
    {
        AppendNewKey(session, "data", 1, "current");
        AppendNewKey(session, "index", 1, "current");
    }

    /// <summary>Appends one new key to the session.</summary>
    public void AppendNewKey(TenantSession session, string purpose, int number, string state)
    {
        var (wrapped, master) = masters.Wrap(RandomNumberGenerator.GetBytes(32), Purpose(session.Tenant, purpose, number));
        session.Add(
            "insert into platform.tenant_keys (tenant_id, purpose, number, wrapped, master, state) values (current_setting('steward.tenant')::uuid, $1, $2, $3, $4, $5)",
            Sql.Text(purpose), Sql.Int(number), Sql.Bytes(wrapped), Sql.Int(master), Sql.Text(state));
    }

    /// <summary>Reads the keys of the tenants that are in memory here and were changed; null names all.</summary>
    public async Task RefreshAsync(IReadOnlySet<Guid>? changed, CancellationToken ct)
    {
        Interlocked.Increment(ref _changes);
        foreach (var (tenant, sealer) in _sealers)
        {
            if (changed is null || changed.Contains(tenant.Value))
            {
                var rows = await ReadAsync(tenant, ct);
                if (Open(tenant, rows) is { } keys)
                {
                    sealer.Replace(keys);
                }
                else
                {
                    Forget(tenant);
                }
            }
        }
    }

    /// <summary>Lets go of a tenant's keys: they were deleted, and nothing of it is to be opened from memory.</summary>
    public void Forget(TenantId tenant)
    {
        if (_sealers.TryRemove(tenant, out var sealer))
        {
            sealer.Replace(null);
        }
    }

    internal static TenantKeyRow Map(NpgsqlDataReader row) => new(
        row.GetString(0), row.GetInt32(1), row.GetFieldValue<byte[]>(2), row.IsDBNull(3) ? null : row.GetInt32(3), row.GetString(4));

    internal static string Purpose(TenantId tenant, string purpose, int number) => $"{tenant}/{purpose}/{number}";

    private async Task<TenantSealer> LoadAsync(TenantId tenant, CancellationToken ct)
    {
        TenantSealer? sealer = null;
        for (var before = -1L; before != Interlocked.Read(ref _changes);)
        {
            // Again when keys changed while these were read: the refresh may have come before this sealer.
            before = Interlocked.Read(ref _changes);
            var keys = Open(tenant, await ReadAsync(tenant, ct)) ?? throw new UnknownTenantException(tenant);
            sealer = _sealers.GetOrAdd(tenant, new TenantSealer(tenant, keys, () => Reload(tenant)));
            sealer.Replace(keys);
        }

        return sealer!;
    }

    private async Task<List<TenantKeyRow>> ReadAsync(TenantId tenant, CancellationToken ct)
    {
        var session = database.For(tenant);
        var rows = session.Many(Columns + "(select current_setting('steward.tenant')::uuid)", Map);
        await session.SendAsync(ct);
        return rows.Value;
    }

    // Opening is synchronous, and this happens once in a node's life, if ever.
    private TenantKeys? Reload(TenantId tenant)
    {
        using var connection = database.Source.OpenConnection();
        using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("select set_config('steward.tenant', $1, true)") { Parameters = { Sql.Text(tenant.ToString()) } },
                new(Columns + "(select current_setting('steward.tenant')::uuid)"),
            },
        };
        using var reader = batch.ExecuteReader();
        reader.NextResult();
        var rows = new List<TenantKeyRow>();
        while (reader.Read())
        {
            rows.Add(Map(reader));
        }

        return Open(tenant, rows);
    }

    private TenantKeys? Open(TenantId tenant, List<TenantKeyRow> rows)
        => rows.Count == 0 ? null : TenantKeys.Of(rows, row => masters.Unwrap(row.Wrapped, Purpose(tenant, row.Purpose, row.Number), row.Master));
}
