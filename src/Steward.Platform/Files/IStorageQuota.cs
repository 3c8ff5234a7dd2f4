using Steward.Platform.Tenancy;

namespace Steward.Platform.Files;

/// <summary>
/// How much a tenant may still store. Asked once at the start of each upload, which then stops at that many bytes with the code
/// <c>files.quota</c>, and again when its bytes are kept: uploads that run at the same time cannot pass the quota together.
/// </summary>
public interface IStorageQuota
{
    /// <summary>Bytes the tenant may still store; null is no limit.</summary>
    ValueTask<long?> RoomAsync(TenantId tenant, CancellationToken ct);

    /// <summary>Bytes the tenant may store in all; null is no limit.</summary>
    long? MostOf(TenantId tenant);

    /// <summary>Bytes that one upload of the tenant may have; null is no limit of its own.</summary>
    long? MostOfOne(TenantId tenant);
}

/// <summary>No limit: what holds until plans or settings say otherwise.</summary>
internal sealed class UnlimitedStorage : IStorageQuota
{
    public ValueTask<long?> RoomAsync(TenantId tenant, CancellationToken ct) => new((long?)null);

    public long? MostOf(TenantId tenant) => null;

    public long? MostOfOne(TenantId tenant) => null;
}
