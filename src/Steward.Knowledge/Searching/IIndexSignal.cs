using Steward.Platform.Tenancy;

namespace Steward.Knowledge.Searching;

/// <summary>Told after a commit that changed what a tenant's search finds.</summary>
internal interface IIndexSignal
{
    /// <summary>The next search on this node looks again; other nodes are woken.</summary>
    void Changed(TenantId tenant);
}
