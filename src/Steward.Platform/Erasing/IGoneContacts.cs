using Steward.Platform.Tenancy;

namespace Steward.Platform.Erasing;

/// <summary>Contacts that were erased, as far as this node knows: for memories that name contacts. Other nodes hear of an erasure within seconds.</summary>
public interface IGoneContacts
{
    /// <summary>Whether the contact was erased. No round trip.</summary>
    bool Has(TenantId tenant, Guid contact);

    /// <summary>Calls once per erased contact, on each node. The call must be short.</summary>
    void Listen(Action<TenantId, Guid> erased);
}
