using Steward.Knowledge.Extraction;
using Steward.Platform.Files;
using Steward.Platform.Postgres;

namespace Steward.Knowledge.Sources;

/// <summary>The room that a tenant's storage has for sources. Their bytes count as those of files do.</summary>
internal sealed class SourceRoom(IStorageQuota quota, StorageDemand demand)
{
    /// <summary>Refuses content that is larger than one upload of the tenant may be. Errors: files.too_large.</summary>
    public void Check(TenantSession session, long bytes)
    {
        if (quota.MostOfOne(session.Tenant) is { } most && bytes > most)
            throw new SourceRejectedException("files.too_large", $"A source of this tenant may have at most {most} bytes. Send a smaller one.", 413);
    }

    /// <summary>Appends the refusal of a transaction that keeps more than the tenant may. Errors: files.quota.</summary>
    public void Demand(TenantSession session)
    {
        if (quota.MostOf(session.Tenant) is { } most)
            demand.Append(session, most);
    }
}
