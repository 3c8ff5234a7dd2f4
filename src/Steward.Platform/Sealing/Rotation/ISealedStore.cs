using Steward.Platform.Tenancy;

namespace Steward.Platform.Sealing.Rotation;

/// <summary>
/// Something that keeps sealed values, to be sealed again when a tenant's data key changes. Tables are registered with
/// <see cref="SealedTable"/>; this port is for what lies elsewhere. The contract suite of rotation runs over each.
/// </summary>
public interface ISealedStore
{
    /// <summary>Stable name, unique on the installation: a table, or what a store outside the database is called.</summary>
    string Name { get; }

    /// <summary>
    /// Seals one portion again that another key than the current one sealed: small enough that it holds up nobody, and conditional on what was
    /// read, so that a change made meanwhile stays. A portion may be asked for twice.
    /// </summary>
    /// <param name="tenant">Whose values.</param>
    /// <param name="place">Where the portion before ended (<see cref="ResealStep.Next"/>); null at the beginning.</param>
    /// <param name="ct">Ends the portion early.</param>
    Task<ResealStep> ResealAsync(TenantId tenant, string? place, CancellationToken ct);
}

/// <summary>What one portion did.</summary>
/// <param name="Next">Where the next portion begins; null when this was the last.</param>
/// <param name="Resealed">Values, or rows, that the current key seals now.</param>
/// <param name="Busy">Those that others held or changed at the moment: they are left to the next pass.</param>
/// <param name="Broken">Those that no key of the tenant opens: they stay, and so does the old key.</param>
public sealed record ResealStep(string? Next, int Resealed, int Busy, int Broken)
{
    /// <summary>The store does not answer: nothing was done, and the rotation waits here until it does.</summary>
    public bool IsAway { get; private init; }

    /// <summary>The step of a store that does not answer.</summary>
    public static ResealStep NoAnswer(string? place) => new(place, 0, 0, 0) { IsAway = true };
}
