using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Access.Members;

/// <summary>What a cookie is checked against on every request.</summary>
/// <param name="Name">What the member is called.</param>
/// <param name="SecurityStamp">Changes with the password, which ends every session of the account.</param>
internal sealed record SignedInMember(TenantId Tenant, Guid Id, Guid AccountId, string Name, Role Role, bool Active, string SecurityStamp);

/// <summary>Members who sign in, kept briefly: a changed role or a removal is known on every node by a wake-up.</summary>
internal sealed class MemberCache : IMemberNames, IDisposable
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);
    private readonly Database database;
    private readonly TimedCache<(TenantId, Guid), SignedInMember?> known;
    private readonly IDisposable listening;

    public MemberCache(Database database, AccessChanges changes, TimeProvider time)
    {
        this.database = database;
        known = new TimedCache<(TenantId, Guid), SignedInMember?>(time, capacity: 10_000);
        listening = changes.Listen(Forget);
    }

    public async ValueTask<SignedInMember?> FindAsync(TenantId tenant, Guid memberId, CancellationToken ct)
    {
        if (known.TryGet((tenant, memberId), out var cached))
        {
            return cached;
        }

        var readAt = known.Generation;
        var session = database.For(tenant);
        var member = session.One(
            """
            select m.account_id, m.name, m.role, m.state = 'active', a.security_stamp
            from platform.members m join platform.accounts a using (account_id) where m.member_id = $1
            """,
            row => new SignedInMember(tenant, memberId, row.GetGuid(0), row.GetString(1), Roles.Parse(row.GetString(2)), row.GetBoolean(3), row.GetString(4)),
            Sql.Uuid(memberId));
        await session.SendAsync(ct);
        known.Set((tenant, memberId), member.Value, Lifetime, readAt);
        return member.Value;
    }

    public async ValueTask<string?> NameAsync(TenantId tenant, Guid memberId, CancellationToken ct) => (await FindAsync(tenant, memberId, ct))?.Name;

    public void Dispose() => listening.Dispose();

    private void Forget(Guid? id)
    {
        if (id is null)
        {
            known.Clear();
        }
        else
        {
            known.RemoveWhere(member => member is null || member.Id == id);
        }
    }
}
