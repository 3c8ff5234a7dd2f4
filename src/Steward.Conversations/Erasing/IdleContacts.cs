using Steward.Platform.Postgres;
using Steward.Platform.Retention;
using Steward.Platform.Tenancy;

namespace Steward.Conversations.Erasing;

/// <summary>
/// Name, address, number and identities of contacts who have no conversation any more and spoke last long enough ago. The contact's id stays, so that a
/// page that is still open goes on; on a push channel the same sender is somebody new.
/// </summary>
internal sealed class IdleContacts(Database database) : IRetentionClass
{
    private const int Portion = 500;

    public RetentionBounds Bounds { get; } = new("contact_details", Days: null, Least: 1, Most: 3650, MayBeKept: true);

    public async Task<bool> SweepAsync(TenantId tenant, DateTimeOffset before, CancellationToken ct)
    {
        var session = database.For(tenant);
        var seen = session.One("select conversations.forget_details($1, $2)", static row => row.GetInt32(0), Sql.Time(before), Sql.Int(Portion));
        await session.SendAsync(ct);
        return seen.Value == Portion;
    }
}
