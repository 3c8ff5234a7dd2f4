using Steward.Conversations.Turns;
using Steward.Platform.Tenancy;

namespace Steward.Conversations.Nodes;

/// <summary>One piece of work that a look found.</summary>
/// <param name="Key">The conversation.</param>
/// <param name="Place">Its place among the tenant's own, oldest first, from 1.</param>
internal sealed record DueWork(ConversationKey Key, int Place);

/// <summary>In which order work of several tenants is taken. Pure.</summary>
internal static class FairOrder
{
    /// <summary>
    /// Round by round: in each round every tenant has as many of its oldest as its weight says, so no tenant waits for more of another's than that.
    /// </summary>
    public static IEnumerable<ConversationKey> Of(IEnumerable<DueWork> due, Func<TenantId, int> weight) => due
        .OrderBy(work => (work.Place - 1) / Math.Max(1, weight(work.Key.Tenant)))
        .ThenBy(work => work.Key.Tenant.Value)
        .ThenBy(work => work.Place)
        .Select(work => work.Key);
}
