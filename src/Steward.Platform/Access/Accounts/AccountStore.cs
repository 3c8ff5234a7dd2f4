using Microsoft.AspNetCore.Identity;
using Npgsql;
using Steward.Platform.Postgres;

namespace Steward.Platform.Access.Accounts;

/// <summary>Accounts in PostgreSQL for ASP.NET Identity. The table belongs to no tenant, so it needs no session.</summary>
internal sealed class AccountStore(Database database)
    : IUserPasswordStore<Account>, IUserSecurityStampStore<Account>, IUserEmailStore<Account>
{
    private const string Columns = "account_id, email, email_key, password_hash, security_stamp, version, verified_at is not null";

    private const string Insert =
        "insert into platform.accounts (account_id, email, email_key, password_hash, security_stamp) values ($1, $2, $3, $4, $5)";

    /// <summary>Adds the account within the session's transaction.</summary>
    public static void AppendCreate(TenantSession session, Account account) => session.Add(Insert, InsertParameters(account));

    /// <summary>Notes within the session's transaction that someone has proven to read mail at the address.</summary>
    public static void AppendProven(TenantSession session, Guid account, DateTimeOffset now) =>
        session.Add("update platform.accounts set verified_at = $2 where account_id = $1", Sql.Uuid(account), Sql.Time(now));

    /// <summary>
    /// The account for one attempt at its password, or null when there is none or it rests. The attempt is counted before the
    /// password is looked at, so that many attempts at once are no more than one after another.
    /// </summary>
    public async Task<Account?> ChargeAttemptAsync(string emailKey, DateTimeOffset now, CancellationToken ct)
    {
        var rows = await database.DispatchAsync(
            PasswordAttempts.Charge("platform.accounts", Columns), Read, ct, PasswordAttempts.Parameters(emailKey, now));
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>Forgets counted attempts after a right password.</summary>
    public Task ForgiveAsync(Account account, CancellationToken ct) => database.DispatchAsync(
        "update platform.accounts set failed_count = 0, locked_until = null where account_id = $1 returning 1", row => row.GetInt32(0), ct, Sql.Uuid(account.Id));

    public async Task<IdentityResult> CreateAsync(Account user, CancellationToken cancellationToken)
    {
        await database.DispatchAsync(Insert + " returning account_id", row => row.GetGuid(0), cancellationToken, InsertParameters(user));
        return IdentityResult.Success;
    }

    public async Task<IdentityResult> UpdateAsync(Account user, CancellationToken cancellationToken)
    {
        var updated = await database.DispatchAsync(
            """
            update platform.accounts set email = $3, email_key = $4, password_hash = $5, security_stamp = $6, version = version + 1
            where account_id = $1 and version = $2 returning version
            """,
            row => row.GetInt32(0),
            cancellationToken,
            Sql.Uuid(user.Id), Sql.Int(user.Version), Sql.Text(user.Email), Sql.Text(user.EmailKey), Sql.Text(user.PasswordHash),
            Sql.Text(user.SecurityStamp));
        if (updated.Count == 0)
        {
            return IdentityResult.Failed(new IdentityErrorDescriber().ConcurrencyFailure());
        }

        user.Version = updated[0];
        return IdentityResult.Success;
    }

    public Task<IdentityResult> DeleteAsync(Account user, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Accounts are kept; memberships are removed.");

    public Task<Account?> FindByIdAsync(string userId, CancellationToken cancellationToken) =>
        FindAsync("account_id = $1", Sql.Uuid(Guid.Parse(userId)), cancellationToken);

    public Task<Account?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) =>
        FindAsync("email_key = $1", Sql.Text(normalizedUserName), cancellationToken);

    public Task<Account?> FindByEmailAsync(string normalizedEmail, CancellationToken cancellationToken) =>
        FindByNameAsync(normalizedEmail, cancellationToken);

    public Task<string> GetUserIdAsync(Account user, CancellationToken cancellationToken) => Task.FromResult(user.Id.ToString("D"));

    public Task<string?> GetUserNameAsync(Account user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Email);

    public Task SetUserNameAsync(Account user, string? userName, CancellationToken cancellationToken) => SetEmailAsync(user, userName, cancellationToken);

    public Task<string?> GetNormalizedUserNameAsync(Account user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.EmailKey);

    public Task SetNormalizedUserNameAsync(Account user, string? normalizedName, CancellationToken cancellationToken) =>
        SetNormalizedEmailAsync(user, normalizedName, cancellationToken);

    public Task<string?> GetEmailAsync(Account user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Email);

    public Task SetEmailAsync(Account user, string? email, CancellationToken cancellationToken) => Do(() => user.Email = email ?? "");

    // Identity's own gate is not used: an account may sign in before its address is proven. See accounts.verified_at.
    public Task<bool> GetEmailConfirmedAsync(Account user, CancellationToken cancellationToken) => Task.FromResult(true);

    public Task SetEmailConfirmedAsync(Account user, bool confirmed, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<string?> GetNormalizedEmailAsync(Account user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.EmailKey);

    public Task SetNormalizedEmailAsync(Account user, string? normalizedEmail, CancellationToken cancellationToken) =>
        Do(() => user.EmailKey = normalizedEmail ?? "");

    public Task SetPasswordHashAsync(Account user, string? passwordHash, CancellationToken cancellationToken) =>
        Do(() => user.PasswordHash = passwordHash ?? "");

    public Task<string?> GetPasswordHashAsync(Account user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.PasswordHash);

    public Task<bool> HasPasswordAsync(Account user, CancellationToken cancellationToken) => Task.FromResult(user.PasswordHash.Length > 0);

    public Task SetSecurityStampAsync(Account user, string stamp, CancellationToken cancellationToken) => Do(() => user.SecurityStamp = stamp);

    public Task<string?> GetSecurityStampAsync(Account user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.SecurityStamp);

    public void Dispose()
    {
    }

    private static NpgsqlParameter[] InsertParameters(Account account) =>
        [Sql.Uuid(account.Id), Sql.Text(account.Email), Sql.Text(account.EmailKey), Sql.Text(account.PasswordHash), Sql.Text(account.SecurityStamp)];

    private static Task Do(Action change)
    {
        change();
        return Task.CompletedTask;
    }

    private async Task<Account?> FindAsync(string condition, NpgsqlParameter parameter, CancellationToken ct)
    {
        var rows = await database.DispatchAsync($"select {Columns} from platform.accounts where {condition}", Read, ct, parameter);
        return rows.Count == 0 ? null : rows[0];
    }

    private static Account Read(NpgsqlDataReader row) => new()
    {
        Id = row.GetGuid(0),
        Email = row.GetString(1),
        EmailKey = row.GetString(2),
        PasswordHash = row.GetString(3),
        SecurityStamp = row.GetString(4),
        Version = row.GetInt32(5),
        Proven = row.GetBoolean(6),
    };
}
