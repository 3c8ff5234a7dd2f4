using Steward.Platform.Tenancy;

namespace Steward.Platform.Limits;

/// <summary>How much of one quota is used: a sum over what is there, read when somebody asks.</summary>
public interface IUsage
{
    /// <summary>The quota's name in <see cref="LimitValues"/>, as it is written in JSON.</summary>
    string Name { get; }

    /// <summary>What the tenant uses now, in the quota's unit.</summary>
    ValueTask<long> ReadAsync(TenantId tenant, CancellationToken ct);
}
