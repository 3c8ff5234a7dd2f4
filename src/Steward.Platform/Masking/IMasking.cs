using Steward.Platform.Tenancy;

namespace Steward.Platform.Masking;

/// <summary>What a tenant wants masked.</summary>
public enum MaskingScope
{
    /// <summary>Nothing.</summary>
    Off,

    /// <summary>What is sent to models outside this program.</summary>
    Models,

    /// <summary>That, and exports.</summary>
    ModelsAndExports,
}

/// <summary>
/// Masking as the tenant has set it. It fails closed: when the setting cannot be read or a text cannot be masked there is an exception, and
/// nothing is sent.
/// </summary>
public interface IMasking
{
    /// <summary>The tenant's setting; a change made on another node is known within five seconds.</summary>
    ValueTask<MaskingScope> ScopeAsync(TenantId tenant, CancellationToken ct);

    /// <summary>Placeholders for the calls of one turn to models, or null when the tenant wants none.</summary>
    /// <exception cref="MaskingFailedException">The setting cannot be read.</exception>
    ValueTask<MaskedTurn?> ForModelsAsync(TenantId tenant, KnownPerson known, CancellationToken ct);

    /// <summary>Placeholders for one export, or null when the tenant wants none.</summary>
    /// <exception cref="MaskingFailedException">The setting cannot be read.</exception>
    ValueTask<MaskedTurn?> ForExportAsync(TenantId tenant, KnownPerson known, CancellationToken ct);
}
