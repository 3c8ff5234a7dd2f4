using Steward.Platform.Tenancy;

namespace Steward.Platform.Ids;

/// <summary>The numbers people see. Unique within a tenant and a series, given to nodes in blocks, so gaps are normal and order between nodes is not promised.</summary>
public interface INumbers
{
    /// <summary>The next number of a series, from 1. Touches the database once per block of 100.</summary>
    ValueTask<long> NextAsync(TenantId tenant, string series, CancellationToken ct);
}
