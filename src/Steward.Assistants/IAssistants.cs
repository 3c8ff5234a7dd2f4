using Steward.Assistants.Configuration;
using Steward.Platform.Tenancy;

namespace Steward.Assistants;

/// <summary>The tenant's assistants, for rooms that set one up.</summary>
public interface IAssistants
{
    /// <summary>Creates an assistant; a tenant's first one is its default. Throws <see cref="ArgumentException"/> saying what may not be set.</summary>
    /// <returns>Its id.</returns>
    Task<Guid> CreateAsync(TenantId tenant, AssistantSettings settings, CancellationToken ct);

    /// <summary>The ids of the tenant's assistants.</summary>
    Task<IReadOnlyList<Guid>> IdsAsync(TenantId tenant, CancellationToken ct);
}
