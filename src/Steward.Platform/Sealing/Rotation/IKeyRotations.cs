using Steward.Platform.Tenancy;

namespace Steward.Platform.Sealing.Rotation;

/// <summary>Changes keys while traffic flows. What it begins is finished by the nodes, however often they are killed on the way.</summary>
public interface IKeyRotations
{
    /// <summary>
    /// Gives a tenant a new data key: nodes learn it, then use it, then seal again what the old one sealed. Returns at once. While a rotation of
    /// the tenant runs it is returned; a blocked one goes on. Throws <see cref="UnknownTenantException"/>.
    /// </summary>
    Task<DataKeyRotation> RotateDataKeyAsync(TenantId tenant, CancellationToken ct);

    /// <summary>The newest rotation of the tenant's data key, or null.</summary>
    Task<DataKeyRotation?> FindAsync(TenantId tenant, CancellationToken ct);

    /// <summary>
    /// Makes the first of the given master keys the current one and wraps all keys by it. Returns when it is done; a call that was cut is
    /// repeated. Throws <see cref="KeyRotationException"/> when a living node was not given the key.
    /// </summary>
    Task<MasterKeyRotation> RotateMasterKeyAsync(CancellationToken ct);

    /// <summary>The master keys and how many keys each wraps.</summary>
    Task<IReadOnlyList<MasterKeyUse>> MasterKeysAsync(CancellationToken ct);
}

/// <summary>How far the change of a tenant's data key is.</summary>
/// <param name="Number">The new key.</param>
/// <param name="State">asked, publishing, switching, sealing, waiting (for a store that does not answer), blocked or done.</param>
/// <param name="Pass">The walk over all stores, from 1; the last finds nothing to do.</param>
/// <param name="Store">The store the walk is in.</param>
/// <param name="Rows">Rows sealed again so far.</param>
/// <param name="Broken">Rows of this pass that no key opens.</param>
public sealed record DataKeyRotation(
    TenantId Tenant, int Number, string State, int Pass, string? Store, long Rows, long Broken, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt);

/// <summary>What a change of the master key did.</summary>
/// <param name="Number">The current master key.</param>
/// <param name="Fingerprint">What people compare.</param>
/// <param name="Wrapped">Keys that were wrapped again by this call.</param>
/// <param name="Unused">Numbers of the keys that wrap nothing any more and can be left out of the setting.</param>
public sealed record MasterKeyRotation(int Number, string Fingerprint, int Wrapped, IReadOnlyList<int> Unused);

/// <summary>A master key as the database knows it.</summary>
/// <param name="Given">Whether this process was given it.</param>
/// <param name="Keys">Keys it wraps.</param>
public sealed record MasterKeyUse(int Number, string Fingerprint, bool IsCurrent, bool Given, long Keys);

/// <summary>A rotation cannot begin; the message says what to do.</summary>
public sealed class KeyRotationException(string message) : Exception(message);
