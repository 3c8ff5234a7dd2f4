using Steward.Platform.Tenancy;

namespace Steward.Platform.Limits;

/// <summary>The limits that hold for each tenant, known to every node: asking costs no round trip. A change is in force on all nodes within seconds.</summary>
public interface ITenantLimits
{
    /// <summary>What holds for the tenant; no value is null, 0 is no limit.</summary>
    LimitValues Of(TenantId tenant);

    /// <summary>Tenants whose weight is not 1.</summary>
    IReadOnlyDictionary<TenantId, int> Weights { get; }
}
