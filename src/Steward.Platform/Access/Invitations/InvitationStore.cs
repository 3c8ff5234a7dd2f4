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

/// <param name="Shown">The secret for whoever invites.</param>
/// <param name="Mailed">The secret of the mail, which proves the address and so is shown to nobody.</param>
internal sealed record MadeInvitation(InvitationRow Row, string Shown, string Mailed);

/// <param name="ByMail">It was opened by the secret that was only mailed.</param>
/// <param name="UntilOwned">It opens nothing once the tenant has an active owner.</param>
internal sealed record FoundInvitation(InvitationRow Row, bool ByMail, bool UntilOwned);

internal enum AcceptRefusal
{
    None,
    Gone,
    Owned,
}

/// <summary>The rows of invitations that wait to be accepted.</summary>
internal sealed class InvitationStore(Database database, InvitationMail mail, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    private const string Row = "invitation_id, email, role, expires_at, created_at";

    public async Task<MadeInvitation> CreateAsync(TenantId tenant, string email, Role role, Guid invitedBy, CancellationToken ct)
    {
        var session = database.For(tenant);
        var made = await AppendMailedAsync(session, email, role, invitedBy, untilOwned: false, ct);
        await session.SendAsync(ct);
        return made;
    }

    /// <summary>Mails an invitation that was made together with its tenant, whose keys seal the mail.</summary>
    public async Task MailAsync(TenantId tenant, MadeInvitation made, CancellationToken ct)
    {
        var session = database.For(tenant);
        await mail.AppendAsync(session, made.Row, made.Mailed, ct);
        await session.SendAsync(ct);
    }

    /// <summary>Adds an invitation and its mail within the session's transaction.</summary>
    public async Task<MadeInvitation> AppendMailedAsync(TenantSession session, string email, Role role, Guid invitedBy, bool untilOwned, CancellationToken ct)
    {
        var made = Append(session, email, role, invitedBy, untilOwned);
        await mail.AppendAsync(session, made.Row, made.Mailed, ct);
        return made;
    }

    /// <summary>Adds an invitation within the session's transaction.</summary>
    public MadeInvitation Append(TenantSession session, string email, Role role, Guid invitedBy, bool untilOwned)
    {
        var tenant = session.Tenant;
        var now = time.GetUtcNow();
        var made = new MadeInvitation(
            new InvitationRow(Guid.CreateVersion7(), email, role, now + Lifetime, now), InvitationToken.Make(tenant), InvitationToken.Make(tenant));
        session.Add(
            """
            insert into platform.invitations (tenant_id, invitation_id, email, role, token_hash, mailed_hash, until_owned, expires_at, invited_by, created_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            """,
            Sql.Uuid(tenant.Value), Sql.Uuid(made.Row.Id), Sql.Text(email), Sql.Text(role.Name()), Sql.Bytes(InvitationToken.Hash(made.Shown)),
            Sql.Bytes(InvitationToken.Hash(made.Mailed)), Sql.Bool(untilOwned), Sql.Time(made.Row.ExpiresAt), Sql.Uuid(invitedBy), Sql.Time(now));
        session.Record(new InvitationCreated(made.Row.Id, role.Name()));
        return made;
    }

    public async Task<List<InvitationRow>> ListAsync(TenantId tenant, TimeCursor? after, int size, CancellationToken ct)
    {
        var session = database.For(tenant);
        var rows = session.Many(
            $"""
            select {Row} from platform.invitations where accepted_at is null
              and ($1::timestamptz is null or (created_at, invitation_id) > ($1, $2)) order by created_at, invitation_id limit $3
            """,
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
    public async Task<FoundInvitation?> FindAsync(TenantId tenant, string token, CancellationToken ct)
    {
        var session = database.For(tenant);
        var row = session.One(
            $"""
            select {Row}, mailed_hash is not distinct from $1, until_owned from platform.invitations
            where accepted_at is null and (token_hash = $1 or mailed_hash = $1) and expires_at > $2
            """,
            row => new FoundInvitation(Read(row), row.GetBoolean(5), row.GetBoolean(6)), Sql.Bytes(InvitationToken.Hash(token)), Sql.Time(time.GetUtcNow()));
        await session.SendAsync(ct);
        return row.Value;
    }

    /// <summary>
    /// Uses the invitation up and makes the member, and the account when it is new, in one transaction. Refused when someone was
    /// faster; a unique violation when the account is a member already.
    /// </summary>
    /// <param name="welcome">For a new account whose address is not proven: asks its owner to prove it.</param>
    public async Task<(Guid Member, AcceptRefusal Refusal)> AcceptAsync(
        TenantId tenant, FoundInvitation found, Account account, bool isNew, AccountMail welcome, string name, CancellationToken ct)
    {
        var session = database.For(tenant);
        await using var transaction = await session.BeginAsync(ct);
        var now = time.GetUtcNow();
        // Locked, so that of two such invitations accepted at once the later one sees the earlier one's owner.
        var people = found.UntilOwned ? TenantPeople.AppendRead(session, locked: true) : null;
        var used = session.Add(
            "update platform.invitations set accepted_at = $2 where invitation_id = $1 and accepted_at is null", Sql.Uuid(found.Row.Id), Sql.Time(now));
        await session.SendAsync(ct);
        if (used.Value == 0)
        {
            return (default, AcceptRefusal.Gone);
        }

        if (people?.Value is { HasOwner: true })
        {
            return (default, AcceptRefusal.Owned);
        }

        if (isNew)
        {
            AccountStore.AppendCreate(session, account);
        }

        if (found.ByMail)
        {
            AccountStore.AppendProven(session, account.Id, now);
        }
        else if (isNew)
        {
            await welcome.AppendVerificationAsync(session, account, ct);
        }

        var member = Guid.CreateVersion7();
        MemberStore.AppendJoin(session, member, account.Id, name, found.Row.Role);
        await transaction.CommitAsync(ct);
        return (member, AcceptRefusal.None);
    }

    private static InvitationRow Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetString(1), Roles.Parse(row.GetString(2)), row.GetFieldValue<DateTimeOffset>(3), row.GetFieldValue<DateTimeOffset>(4));
}
