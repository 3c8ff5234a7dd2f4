using Npgsql;
using Steward.Platform.Postgres;

namespace Steward.Platform.Access.Accounts;

/// <summary>
/// Counts an attempt at a password before the password is looked at, so that many attempts at once are no more than one after another:
/// after five wrong ones the row rests for 15 minutes.
/// </summary>
internal static class PasswordAttempts
{
    private const int BeforeRest = 5;
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(15);

    /// <summary>Answers the row when it does not rest.</summary>
    public static string Charge(string table, string columns) =>
        $"""
        update {table} set
          failed_count = case when failed_count + 1 >= $3 then 0 else failed_count + 1 end,
          locked_until = case when failed_count + 1 >= $3 then $4 end
        where email_key = $1 and (locked_until is null or locked_until <= $2)
        returning {columns}
        """;

    public static NpgsqlParameter[] Parameters(string emailKey, DateTimeOffset now) =>
        [Sql.Text(emailKey), Sql.Time(now), Sql.Int(BeforeRest), Sql.Time(now + Rest)];
}
