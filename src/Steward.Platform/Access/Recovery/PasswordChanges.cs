using Steward.Platform.Access.Accounts;
using Steward.Platform.Access.SignIn;
using Steward.Platform.Events;
using Steward.Platform.Events.Records;
using Steward.Platform.Mail;
using Steward.Platform.Postgres;

namespace Steward.Platform.Access.Recovery;

/// <summary>A new password ends every session of the account, ends its rest, and is told by mail.</summary>
internal sealed class PasswordChanges(Passwords passwords, AccountStore accounts, Session memberships, AccessChanges changes, AccountMail mail, IMailOutbox outbox, TimeProvider time)
{
    /// <summary>Uses a token up. False when it opens nothing any more.</summary>
    public async Task<bool> RedeemAsync(string secret, string password, CancellationToken ct)
    {
        var session = outbox.ForInstallation();
        await using var transaction = await session.BeginAsync(ct);
        var used = AccountTokens.AppendUse(session, secret, TokenPurposes.PasswordReset, time.GetUtcNow());
        await session.SendAsync(ct);
        if (used.Value is not { } id || await accounts.FindByIdAsync(id.ToString("D"), ct) is not { } account)
        {
            return false;
        }

        await AppendAsync(session, account, password, ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    /// <summary>Stores the new password of someone who proved the old one.</summary>
    public async Task ChangeAsync(Account account, string password, CancellationToken ct)
    {
        var session = outbox.ForInstallation();
        await AppendAsync(session, account, password, ct);
        await session.SendAsync(ct);
    }

    /// <summary>Appends the new password, and all that follows from it, to a session.</summary>
    public async Task AppendAsync(TenantSession session, Account account, string password, CancellationToken ct)
    {
        var made = passwords.Make(account.Email, password);
        session.Add(
            """
            update platform.accounts set password_hash = $2, security_stamp = $3, failed_count = 0, locked_until = null, version = version + 1 where account_id = $1
            """,
            Sql.Uuid(account.Id), Sql.Text(made.PasswordHash), Sql.Text(made.SecurityStamp));
        AccountTokens.AppendRevoke(session, account.Id, TokenPurposes.PasswordReset);
        await mail.AppendChangedAsync(session, account, ct);
        foreach (var (tenant, member) in await memberships.MembershipsAsync(account.Id, ct))
        {
            // Whoever changes their own password does so in every tenant as the member they are there.
            var self = Actor.Current is { Kind: ActorKind.Member or ActorKind.Anyone } person ? person with { Kind = ActorKind.Member, Id = member } : null;
            session.RecordFor(tenant, new MemberPasswordChanged(member), self);
            changes.Announce(session, member);
        }
    }
}
