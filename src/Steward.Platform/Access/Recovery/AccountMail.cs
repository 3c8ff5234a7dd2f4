using Steward.Platform.Access.Accounts;
using Steward.Platform.Access.SignIn;
using Steward.Platform.Mail;
using Steward.Platform.Postgres;
using Steward.Platform.Starting;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Access.Recovery;

/// <summary>Mails about an account, in the language of the tenant it joined first.</summary>
internal sealed class AccountMail(Session memberships, ITenants tenants, IMailOutbox outbox, SiteAddress site, TimeProvider time)
{
    public static readonly TimeSpan ResetLifetime = TimeSpan.FromHours(1);
    public static readonly TimeSpan VerificationLifetime = TimeSpan.FromDays(2);

    /// <summary>Appends a token to choose a new password, and its mail.</summary>
    public Task AppendResetAsync(TenantSession session, Account account, CancellationToken ct) =>
        AppendTokenAsync(session, account, TokenPurposes.PasswordReset, MailKinds.PasswordReset, "/app/password-reset#", ResetLifetime, ct);

    /// <summary>Appends a token that proves the address, and its mail.</summary>
    public Task AppendVerificationAsync(TenantSession session, Account account, CancellationToken ct) =>
        AppendTokenAsync(session, account, TokenPurposes.AddressVerification, MailKinds.AddressVerification, "/app/verify-address#", VerificationLifetime, ct);

    /// <summary>Appends the mail that tells of a changed password.</summary>
    public async Task AppendChangedAsync(TenantSession session, Account account, CancellationToken ct)
    {
        var values = new Dictionary<string, string> { ["at"] = MailTimes.Write(time.GetUtcNow()) };
        await outbox.AppendAsync(session, new NewMail(account.Email, MailKinds.PasswordChanged, await LanguageAsync(session, account, ct), values), ct);
    }

    private async Task AppendTokenAsync(
        TenantSession session, Account account, string purpose, string template, string path, TimeSpan lifetime, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var secret = AccountTokens.Append(session, account, purpose, now, lifetime);
        // After the sign, where no server and no proxy on the way reads it.
        var values = new Dictionary<string, string> { ["link"] = site.Of(path + secret), ["expires"] = MailTimes.Write(now + lifetime) };
        await outbox.AppendAsync(
            session, new NewMail(account.Email, template, await LanguageAsync(session, account, ct), values) { ExpiresAt = now + lifetime }, ct);
    }

    private async Task<string> LanguageAsync(TenantSession session, Account account, CancellationToken ct)
    {
        var joined = await memberships.MembershipsAsync(account.Id, ct);
        // Who is just joining has no membership yet but the session's tenant.
        return (await tenants.FindAsync(joined.Count > 0 ? joined[0].Tenant : session.Tenant, ct))?.Locale ?? "en";
    }
}
