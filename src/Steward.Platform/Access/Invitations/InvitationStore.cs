using Npgsql;
using Steward.Platform.Access.Accounts;
using Steward.Platform.Access.Members;
using Steward.Platform.Access.Recovery;
using Steward.Platform.Events;
using Steward.Platform.Events.Records;
using Steward.Platform.Paging;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Access.Invitations;

internal sealed record InvitationRow(Guid Id, string Email, Role Role, DateTimeOffset ExpiresAt, DateTimeOffset CreatedAt);

/// <summary>The rows of invitations that wait to be accepted.</summary>
internal sealed class InvitationStore(Database database, InvitationMail mail, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    private const string Columns = "select invitation_id, email, role, expires_at, created_at from platform.invitations where accepted_at is null";

    public async Task<(InvitationRow Row, string Token)> CreateAsync(TenantId tenant, string email, Role role, Guid invitedBy, CancellationToken ct)
    {
        var session = database.For(tenant);
        var made = Append(session, email, role, invitedBy);
        await mail.AppendAsync(session, made.Row, made.Token, ct);
        await session.SendAsync(ct);
        return made;
    }

    /// <summary>Mails an invitation that was made together with its tenant, whose keys seal the mail.</summary>
    public async Task MailAsync(TenantId tenant, InvitationRow row, string token, CancellationToken ct)
    {
        var session = database.For(tenant);
        await mail.AppendAsync(session, row, token, ct);
        await session.SendAsync(ct);
    }

    /// <summary>Adds an invitation within the session's transaction.</summary>
    public (InvitationRow Row, string Token) Append(TenantSession session, string email, Role role, Guid invitedBy)
    {
        var tenant = session.Tenant;
        var token = InvitationToken.Make(tenant);
        var now = time.GetUtcNow();
        var row = new InvitationRow(Guid.CreateVersion7(), email, role, now + Lifetime, now);
        session.Add(
            """
            insert into platform.invitations (tenant_id, invitation_id, email, role, token_hash, expires_at, invited_by, created_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8)
            """,
            Sql.Uuid(tenant.Value), Sql.Uuid(row.Id), Sql.Text(email), Sql.Text(role.Name()), Sql.Bytes(InvitationToken.Hash(token)),
            Sql.Time(row.ExpiresAt), Sql.Uuid(invitedBy), Sql.Time(now));
        session.Record(new InvitationCreated(row.Id, role.Name()));
        return (row, token);
    }

    public async Task<List<InvitationRow>> ListAsync(TenantId tenant, TimeCursor? after, int size, CancellationToken ct)
    {
        var session = database.For(tenant);
        var rows = session.Many(
            Columns + " and ($1::timestamptz is null or (created_at, invitation_id) > ($1, $2)) order by created_at, invitation_id limit $3",
            Read, Sql.Time(after?.At), Sql.Uuid(after?.Id), Sql.Int(size + 1));
        await session.SendAsync(ct);
        return rows.Value;
    }

    public async Task<bool> DeleteAsync(TenantId tenant, Guid id, CancellationToken ct)
    {
        var session = database.For(tenant);
        await using var transaction = await session.BeginAsync(ct);
        var deleted = session.Add("delete from platform.invitations where invitation_id = $1 and accepted_at is null", Sql.Uuid(id));
        await session.SendAsync(ct);
        if (deleted.Value == 0)
        {
            return false;
        }

        session.Record(new InvitationWithdrawn(id));
        await transaction.CommitAsync(ct);
        return true;
    }

    /// <summary>The invitation a token opens, while it can still be accepted.</summary>
    public async Task<InvitationRow?> FindAsync(TenantId tenant, string token, CancellationToken ct)
    {
        var session = database.For(tenant);
        var row = session.One(
            Columns + " and token_hash = $1 and expires_at > $2", Read, Sql.Bytes(InvitationToken.Hash(token)), Sql.Time(time.GetUtcNow()));
        await session.SendAsync(ct);
        return row.Value;
    }

    /// <summary>
    /// Uses the invitation up and makes the member, and the account when it is new, in one transaction. Null when someone was
    /// faster; a unique violation when the account is a member already.
    /// </summary>
    /// <param name="welcome">For a new account: asks its owner to prove the address, because the link can reach others than the mail did.</param>
    public async Task<Guid?> AcceptAsync(TenantId tenant, InvitationRow invitation, Account account, AccountMail? welcome, string name, CancellationToken ct)
    {
        var session = database.For(tenant);
        await using var transaction = await session.BeginAsync(ct);
        var used = session.Add(
            "update platform.invitations set accepted_at = $2 where invitation_id = $1 and accepted_at is null", Sql.Uuid(invitation.Id), Sql.Time(time.GetUtcNow()));
        await session.SendAsync(ct);
        if (used.Value == 0)
        {
            return null;
        }

        if (welcome is not null)
        {
            AccountStore.AppendCreate(session, account);
            await welcome.AppendVerificationAsync(session, account, ct);
        }

        var member = Guid.CreateVersion7();
        MemberStore.AppendJoin(session, member, account.Id, name, invitation.Role);
        await transaction.CommitAsync(ct);
        return member;
    }

    private static InvitationRow Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetString(1), Roles.Parse(row.GetString(2)), row.GetFieldValue<DateTimeOffset>(3), row.GetFieldValue<DateTimeOffset>(4));
}
