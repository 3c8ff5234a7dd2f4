using Steward.Platform.Files;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Limits.Settings;

/// <summary>What a tenant may still store: its quota less the bytes it keeps.</summary>
internal sealed class TenantStorageQuota(Database database, StorageDemand demand, ITenantLimits limits) : IStorageQuota, IUsage
{
    public string Name => "storageBytes";

    public async ValueTask<long?> RoomAsync(TenantId tenant, CancellationToken ct) =>
        MostOf(tenant) is { } most ? Math.Max(0, most - await ReadAsync(tenant, ct)) : null;

    public long? MostOf(TenantId tenant) => limits.Of(tenant).StorageBytes is > 0 and var most ? most : null;

    public long? MostOfOne(TenantId tenant) => limits.Of(tenant).UploadBytes is > 0 and var most ? most : null;

    public async ValueTask<long> ReadAsync(TenantId tenant, CancellationToken ct)
    {
        var session = database.For(tenant);
        var sum = demand.AppendRead(session);
        await session.SendAsync(ct);
        return sum.Value;
    }
}
