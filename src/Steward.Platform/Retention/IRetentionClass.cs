using Steward.Platform.Tenancy;

namespace Steward.Platform.Retention;

/// <summary>A kind of data that has an age at which it goes. A room registers one for each kind it keeps.</summary>
public interface IRetentionClass
{
    /// <summary>What a tenant may set.</summary>
    RetentionBounds Bounds { get; }

    /// <summary>
    /// Removes one portion of what is older than <paramref name="before"/>, which both the database's clock and the node's have passed.
    /// True when there may be more. Idempotent; a crash loses nothing but the portion's progress.
    /// </summary>
    Task<bool> SweepAsync(TenantId tenant, DateTimeOffset before, CancellationToken ct);
}

/// <summary>The name of a kind of data and the days a tenant may set for it.</summary>
/// <param name="Name">Stable, lower case: <c>conversations</c>.</param>
/// <param name="Days">The default in days; null keeps it until somebody deletes it.</param>
/// <param name="Least">Fewest days.</param>
/// <param name="Most">Most days.</param>
/// <param name="MayBeKept">Whether a tenant may keep it for ever.</param>
public sealed record RetentionBounds(string Name, int? Days, int Least, int Most, bool MayBeKept = false)
{
    /// <summary>Whether a tenant may set this; null keeps it.</summary>
    public bool Takes(int? days) => days is { } given ? given >= Least && given <= Most : MayBeKept;
}
