using Steward.Platform.Tenancy;

namespace Steward.Platform.Access;

/// <summary>What members are called, for those who show it. Kept in memory; a new name is known on every node within 30 seconds.</summary>
public interface IMemberNames
{
    /// <summary>The member's name, or null when the tenant has no such member (any more).</summary>
    ValueTask<string?> NameAsync(TenantId tenant, Guid memberId, CancellationToken ct);
}
