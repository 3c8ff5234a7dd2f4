using System.Collections.Concurrent;
using System.Security.Cryptography;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Sealing;

/// <summary>Loads tenants' keys, unwraps them with the master key and keeps their sealers.</summary>
internal sealed class TenantSealing(Database database, MasterKey master) : ISealing
{
    private readonly ConcurrentDictionary<TenantId, TenantSealer> _sealers = new();

    public ValueTask<TenantSealer> ForAsync(TenantId tenant, CancellationToken ct)
        => _sealers.TryGetValue(tenant, out var sealer) ? new(sealer) : new(LoadAsync(tenant, ct));

    /// <summary>Lets go of a tenant's keys: they were deleted, and nothing of it is to be opened from memory.</summary>
    public void Forget(TenantId tenant) => _sealers.TryRemove(tenant, out _);

    /// <summary>Appends a new tenant's first keys to the session that creates it.</summary>
    public void AppendNewKeys(TenantSession session)
    {
        foreach (var purpose in (string[])["data", "index"])
        {
            session.Add(
                "insert into platform.tenant_keys (tenant_id, purpose, number, wrapped) values (current_setting('steward.tenant')::uuid, $1, 1, $2)",
                Sql.Text(purpose),
                Sql.Bytes(master.Wrap(RandomNumberGenerator.GetBytes(32), Purpose(session.Tenant, purpose, 1))));
        }
    }

    private static string Purpose(TenantId tenant, string purpose, int number) => $"{tenant}/{purpose}/{number}";

    private async Task<TenantSealer> LoadAsync(TenantId tenant, CancellationToken ct)
    {
        var session = database.For(tenant);
        var rows = session.Many(
            "select purpose, number, wrapped from platform.tenant_keys where tenant_id = (select current_setting('steward.tenant')::uuid)",
            row => (Purpose: row.GetString(0), Number: row.GetInt32(1), Wrapped: row.GetFieldValue<byte[]>(2)));
        await session.SendAsync(ct);
        if (rows.Value.Count == 0)
        {
            throw new UnknownTenantException(tenant);
        }

        byte[] Open((string Purpose, int Number, byte[] Wrapped) row) => master.Unwrap(row.Wrapped, Purpose(tenant, row.Purpose, row.Number));
        var data = rows.Value.Where(row => row.Purpose == "data").ToDictionary(row => row.Number, Open);
        var index = Open(rows.Value.Where(row => row.Purpose == "index").MaxBy(row => row.Number));
        return _sealers.GetOrAdd(tenant, new TenantSealer(tenant, data, index));
    }
}
