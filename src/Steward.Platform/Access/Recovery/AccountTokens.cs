using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Steward.Platform.Access.Accounts;
using Steward.Platform.Postgres;

namespace Steward.Platform.Access.Recovery;

/// <summary>What a token opens.</summary>
internal static class TokenPurposes
{
    public const string PasswordReset = "password_reset";
    public const string AddressVerification = "address_verification";
}

/// <summary>Secrets that prove to read an account's mail: random, stored hashed, used once.</summary>
internal static class AccountTokens
{
    /// <summary>Appends a new token to the session and returns the secret; tokens of the account that have expired go.</summary>
    public static string Append(TenantSession session, Account account, string purpose, DateTimeOffset now, TimeSpan lifetime)
    {
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        session.Add("delete from platform.account_tokens where account_id = $1 and expires_at <= $2", Sql.Uuid(account.Id), Sql.Time(now));
        session.Add(
            "insert into platform.account_tokens (token_hash, account_id, purpose, email_key, expires_at) values ($1, $2, $3, $4, $5)",
            Sql.Bytes(Hash(secret)), Sql.Uuid(account.Id), Sql.Text(purpose), Sql.Text(account.EmailKey), Sql.Time(now + lifetime));
        return secret;
    }

    /// <summary>Appends the use of a token: the account it opens, and that its address is proven; null when it opens none any more.</summary>
    public static Pending<Guid?> AppendUse(TenantSession session, string secret, string purpose, DateTimeOffset now)
    {
        // The account first: two of its tokens used at once would each hold its own and wait for the other's.
        session.One(
            "select 1 from platform.accounts where account_id = (select account_id from platform.account_tokens where token_hash = $1) for update",
            static row => row.GetInt32(0), Sql.Bytes(Hash(secret)));
        return session.One(
            """
            with used as (
              update platform.account_tokens t set used_at = $3 from platform.accounts a
              where t.token_hash = $1 and t.purpose = $2 and t.used_at is null and t.expires_at > $3 and a.account_id = t.account_id and a.email_key = t.email_key
              returning t.account_id)
            update platform.accounts a set verified_at = $3 from used where a.account_id = used.account_id returning a.account_id
            """,
            row => (Guid?)row.GetGuid(0), Sql.Bytes(Hash(secret)), Sql.Text(purpose), Sql.Time(now));
    }

    /// <summary>Appends that the account's other tokens of a purpose open nothing any more.</summary>
    public static void AppendRevoke(TenantSession session, Guid account, string purpose) =>
        session.Add("delete from platform.account_tokens where account_id = $1 and purpose = $2 and used_at is null", Sql.Uuid(account), Sql.Text(purpose));

    private static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
