using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Steward.Platform.Access;
using Steward.Platform.Access.Accounts;
using Steward.Platform.Access.Members;
using Steward.Platform.Mail;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Registrations;

/// <summary>A registration that waits for its address to be proven.</summary>
internal sealed record RegistrationRow(Guid Id, string Email, string Name, string TimeZone, string Locale, string Currency);

/// <summary>The rows of registrations. The table belongs to no tenant: there is none yet.</summary>
internal sealed class RegistrationStore(Database database, Tenants tenants, IMailOutbox mail, RegistrationSettings settings, TimeProvider time)
{
    private const string Prefix = "reg_";
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    /// <summary>Stores the registration and the mail with its link, in one transaction.</summary>
    public async Task AddAsync(RegistrationRow row, CancellationToken ct)
    {
        var token = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var expires = time.GetUtcNow() + Lifetime;
        var session = mail.ForInstallation();
        session.Add(
            """
            insert into platform.registrations (registration_id, token_hash, email, tenant_name, time_zone, locale, currency, expires_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8)
            """,
            Sql.Uuid(row.Id), Sql.Bytes(Hash(token)), Sql.Text(row.Email), Sql.Text(row.Name), Sql.Text(row.TimeZone), Sql.Text(row.Locale), Sql.Text(row.Currency),
            Sql.Time(expires));
        var link = new Uri(settings.PublicAddress!, $"/app/registrations/{token}").ToString();
        var values = new Dictionary<string, string> { ["link"] = link, ["expires"] = MailTimes.Write(expires, row.TimeZone) };
        await mail.AppendAsync(session, new NewMail(row.Email, MailKinds.AddressVerification, row.Locale, values) { ExpiresAt = expires }, ct);
        await session.SendAsync(ct);
    }

    /// <summary>The registration a token opens, while it can still be confirmed.</summary>
    public async Task<RegistrationRow?> FindAsync(string token, CancellationToken ct) => (await database.DispatchAsync(
        "select registration_id, email, tenant_name, time_zone, locale, currency from platform.registrations where token_hash = $1 and expires_at > $2",
        row => new RegistrationRow(row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5)),
        ct, Sql.Bytes(Hash(token)), Sql.Time(time.GetUtcNow()))) is [var found] ? found : null;

    /// <summary>
    /// Makes the tenant and its owner, with the account when it is new, and uses the registration up, in one transaction. Null when someone
    /// was faster.
    /// </summary>
    public async Task<(TenantId Tenant, Guid Member)?> ConfirmAsync(RegistrationRow row, Account account, bool isNew, string name, CancellationToken ct)
    {
        var tenant = new Tenant(new TenantId(row.Id), row.Name, "active", row.TimeZone, row.Locale) { Currency = row.Currency };
        var member = Guid.CreateVersion7();
        try
        {
            await tenants.CreateAsync(
                tenant,
                session =>
                {
                    if (isNew)
                    {
                        AccountStore.AppendCreate(session, account);
                    }

                    // The link came by mail.
                    AccountStore.AppendProven(session, account.Id, time.GetUtcNow());
                    MemberStore.AppendJoin(session, member, account.Id, name, Role.Owner);
                    session.Add("delete from platform.registrations where registration_id = $1", Sql.Uuid(row.Id));
                },
                ct);
            return (tenant.Id, member);
        }
        catch (PostgresException taken) when (taken.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return null;
        }
    }

    public Task SweepAsync(CancellationToken ct) =>
        database.DispatchAsync("delete from platform.registrations where expires_at < $1", _ => 0, ct, Sql.Time(time.GetUtcNow()));

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
