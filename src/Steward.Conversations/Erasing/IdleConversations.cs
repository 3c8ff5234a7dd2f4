using Steward.Platform.Erasing;
using Steward.Platform.Postgres;
using Steward.Platform.Retention;
using Steward.Platform.Tenancy;

namespace Steward.Conversations.Erasing;

/// <summary>
/// Conversations in which nobody has said anything for long enough. They are taken out of use and erased as those of an erased contact are; the
/// contact stays, and knows when it spoke last.
/// </summary>
internal sealed class IdleConversations(Database database, IContactErasures erasures, Silence silence) : IRetentionClass
{
    private const int Portion = 1_000;

    public RetentionBounds Bounds { get; } = new("conversations", Days: null, Least: 1, Most: 3650, MayBeKept: true);

    public async Task<bool> SweepAsync(TenantId tenant, DateTimeOffset before, CancellationToken ct)
    {
        var session = database.For(tenant);
        session.One("select set_config('steward.member', 'machine', true)", static _ => 0);
        // On its own: who locks a contact may be about to lock a conversation of it.
        session.Add(
            """
            update conversations.contacts k set last_spoke_at = greatest(k.last_spoke_at, i.last)
            from (select x.contact_id, max(x.last_message_at) as last from (
                select c.contact_id, c.last_message_at from conversations.conversations c
                where c.tenant_id = (select current_setting('steward.tenant')::uuid) and c.last_message_at < $1 order by c.id limit $2) x group by x.contact_id) i
            where k.tenant_id = (select current_setting('steward.tenant')::uuid) and k.id = i.contact_id
            """,
            Sql.Time(before), Sql.Int(Portion));
        await session.SendAsync(ct);
        await using var transaction = await session.BeginAsync(ct);
        session.One("select set_config('steward.member', 'machine', true)", static _ => 0);
        // Looked for without locks; what was written to meanwhile is left alone by the function, which looks again under the lock.
        var gone = session.Many(
            """
            select d.conversation_id, d.epoch from conversations.detach(array(
              select c.id from conversations.conversations c
              where c.tenant_id = (select current_setting('steward.tenant')::uuid) and c.last_message_at < $1 order by c.id limit $2), $1) d
            """,
            row => Detached.Read(tenant, row), Sql.Time(before), Sql.Int(Portion));
        await session.SendAsync(ct);
        if (gone.Value.Count == 0)
        {
            return false;
        }

        erasures.Append(session, null, [.. gone.Value.Select(static conversation => conversation.Key.Id)], null);
        session.AfterCommit(() => silence.Fall(gone.Value));
        await transaction.CommitAsync(CancellationToken.None);
        return gone.Value.Count == Portion;
    }
}
