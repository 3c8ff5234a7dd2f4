using Microsoft.Extensions.Logging;
using Npgsql;
using Steward.Platform.Postgres;

namespace Steward.Platform.Access.Accounts;

/// <summary>
/// Removes mailed secrets that have expired, and accounts that for a month were of no tenant. A tenant's retention does not reach them: they are
/// the installation's. Times are the earlier of the database's clock and the node's: one that jumped ahead removes nothing early.
/// </summary>
internal sealed partial class AccountSweep(Database database, TimeProvider time, ILogger<AccountSweep> log)
{
    public async Task RunAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await database.DispatchAsync("delete from platform.account_tokens where expires_at < least($1, now())", static _ => 0, ct, Sql.Time(now));
        var lonely = (await database.DispatchAsync("select account_id from platform.lonely_accounts()", static row => row.GetGuid(0), ct)).ToArray();
        await database.DispatchAsync(
            """
            update platform.accounts set left_at = case when account_id = any ($1) then least($2, now()) end
            where (left_at is not null) <> (account_id = any ($1))
            """,
            static _ => 0, ct, Sql.Uuids(lonely), Sql.Time(now));
        var ended = await database.DispatchAsync(
            "select account_id from platform.accounts where account_id = any ($1) and left_at < least($2, now()) - interval '30 days'",
            static row => row.GetGuid(0), ct, Sql.Uuids(lonely), Sql.Time(now));
        foreach (var account in ended)
        {
            await EndAsync(account, ct);
        }
    }

    private async Task EndAsync(Guid account, CancellationToken ct)
    {
        try
        {
            await database.DispatchAsync(
                "with secrets as (delete from platform.account_tokens where account_id = $1) delete from platform.accounts where account_id = $1",
                static _ => 0, ct, Sql.Uuid(account));
        }
        catch (PostgresException joined) when (joined.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            // It has become a member, or asked for a new password, since it was looked at.
            Stays(log, account);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Account {Account} stays: it is used again")]
    private static partial void Stays(ILogger log, Guid account);
}
