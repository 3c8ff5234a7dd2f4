using System.Runtime.InteropServices;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Limits;

/// <summary>
/// How many turns a tenant may have in a calendar month of its time zone, over all nodes. Turns cost money, so a quota is never passed: a node takes turns
/// only from what the database granted it. Without a quota turns are counted all the same, and none waits for it.
/// </summary>
public interface ITurnQuota
{
    /// <summary>Takes one turn of this month; null when none is left.</summary>
    ValueTask<TurnUse?> TakeAsync(TenantId tenant, CancellationToken ct);

    /// <summary>The turn made no reply: it does not count.</summary>
    void PutBack(TurnUse use);
}

/// <summary>One turn that was taken.</summary>
/// <param name="Tenant">Whose.</param>
/// <param name="Month">Of which month, such as <c>2026-11</c>.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct TurnUse(TenantId Tenant, string Month);
