using Steward.Platform.Postgres;
using Steward.Platform.Retention;
using Steward.Platform.Tenancy;

namespace Steward.Models.Spending;

/// <summary>What old spend was for: after its time rows keep model, tokens and amount, and say no longer whom they served.</summary>
internal sealed class SpendLinks(Database database) : IRetentionClass
{
    private const int Portion = 5_000;
    private const string Linked = "(conversation_id is not null or turn_id is not null or contact_id is not null or member_id is not null)";

    public RetentionBounds Bounds { get; } = new("spend_links", Days: 400, Least: 30, Most: 3650, MayBeKept: true);

    public async Task<bool> SweepAsync(TenantId tenant, DateTimeOffset before, CancellationToken ct)
    {
        var session = database.For(tenant);
        var unlinked = session.Add(
            $"""
            update models.spend set conversation_id = null, turn_id = null, contact_id = null, member_id = null
            where ctid = any (array(
              select ctid from models.spend where tenant_id = (select current_setting('steward.tenant')::uuid) and opened_at < $1 and state <> 'open'
                and {Linked} limit $2)) and {Linked}
            """,
            Sql.Time(before), Sql.Int(Portion));
        await session.SendAsync(ct);
        return unlinked.Value == Portion;
    }
}
