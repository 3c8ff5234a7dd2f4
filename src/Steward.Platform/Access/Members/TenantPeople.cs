using Steward.Platform.Postgres;

namespace Steward.Platform.Access.Members;

/// <summary>Whether anybody is left in a tenant.</summary>
/// <param name="HasOwner">An active owner.</param>
/// <param name="Any">An active member of whatever role.</param>
internal sealed record TenantPeople(bool HasOwner, bool Any)
{
    /// <summary>Reads the session's tenant.</summary>
    /// <param name="session">The tenant's session.</param>
    /// <param name="locked">Keeps others who ask so waiting until the transaction ends.</param>
    public static Pending<TenantPeople?> AppendRead(TenantSession session, bool locked = false)
    {
        if (locked)
        {
            session.One("select 1 from platform.tenants where tenant_id = (select current_setting('steward.tenant')::uuid) for no key update", static row => row.GetInt32(0));
        }

        return session.One(
            """
            select exists (select from platform.members where state = 'active' and role = 'owner'), exists (select from platform.members where state = 'active')
            """,
            static row => new TenantPeople(row.GetBoolean(0), row.GetBoolean(1)));
    }
}
