using Npgsql;
using Steward.Platform.Access.Accounts;
using Steward.Platform.Events;
using Steward.Platform.Events.Records;
using Steward.Platform.Paging;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Operators;

/// <summary>The rows of operators. The table belongs to no tenant, so it needs no session.</summary>
internal sealed class OperatorStore(Database database, TimeProvider time)
{
    private const string Columns = "operator_id, email, name, password_hash, security_stamp, created_at";

    public async Task<OperatorRow?> FindAsync(Guid id, CancellationToken ct) =>
        (await database.DispatchAsync($"select {Columns} from platform.operators where operator_id = $1", Read, ct, Sql.Uuid(id))) is [var found] ? found : null;

    public async Task<OperatorRow?> FindAsync(string emailKey, CancellationToken ct) =>
        (await database.DispatchAsync($"select {Columns} from platform.operators where email_key = $1", Read, ct, Sql.Text(emailKey))) is [var found] ? found : null;

    /// <summary>The operator for one attempt at the password, counted before it is looked at; null when there is none or it rests.</summary>
    public async Task<OperatorRow?> ChargeAttemptAsync(string emailKey, CancellationToken ct)
    {
        var rows = await database.DispatchAsync(
            PasswordAttempts.Charge("platform.operators", Columns), Read, ct, PasswordAttempts.Parameters(emailKey, time.GetUtcNow()));
        return rows is [var found] ? found : null;
    }

    public Task ForgiveAsync(Guid id, CancellationToken ct) => database.DispatchAsync(
        "update platform.operators set failed_count = 0, locked_until = null where operator_id = $1", _ => 0, ct, Sql.Uuid(id));

    /// <summary>False when the address is an operator's already.</summary>
    public Task<bool> AddAsync(OperatorRow row, string emailKey, CancellationToken ct) => ChangeAsync(
        row.Id, "added",
        """
        insert into platform.operators (operator_id, email, email_key, name, password_hash, security_stamp, created_at) values ($1, $2, $3, $4, $5, $6, $7)
        on conflict do nothing
        """,
        ct, Sql.Uuid(row.Id), Sql.Text(row.Email), Sql.Text(emailKey), Sql.Text(row.Name), Sql.Text(row.PasswordHash), Sql.Text(row.SecurityStamp), Sql.Time(row.CreatedAt));

    public Task SetPasswordAsync(Guid id, string hash, string stamp, CancellationToken ct) => ChangeAsync(
        id, "password_changed", "update platform.operators set password_hash = $2, security_stamp = $3, failed_count = 0, locked_until = null where operator_id = $1",
        ct, Sql.Uuid(id), Sql.Text(hash), Sql.Text(stamp));

    public Task<bool> RemoveAsync(Guid id, CancellationToken ct) =>
        ChangeAsync(id, "removed", "delete from platform.operators where operator_id = $1", ct, Sql.Uuid(id));

    /// <summary>Records that an operator signed in.</summary>
    public async Task SignedInAsync(Guid id, CancellationToken ct)
    {
        var session = database.For(TenantId.Installation);
        session.Record(new OperatorChanged(id, "signed_in"), Actor.Current with { Kind = ActorKind.Operator, Id = id });
        await session.SendAsync(ct);
    }

    public Task<List<OperatorRow>> ListAsync(TimeCursor? after, int size, CancellationToken ct) => database.DispatchAsync(
        $"""
        select {Columns} from platform.operators where $1::timestamptz is null or (created_at, operator_id) > ($1, $2)
        order by created_at, operator_id limit $3
        """,
        Read, ct, Sql.Time(after?.At), Sql.Uuid(after?.Id), Sql.Int(size + 1));

    /// <summary>Changes one operator's row and records it. False when no row was changed.</summary>
    private async Task<bool> ChangeAsync(Guid id, string act, string sql, CancellationToken ct, params NpgsqlParameter[] parameters)
    {
        var session = database.For(TenantId.Installation);
        await using var transaction = await session.BeginAsync(ct);
        var changed = session.Add(sql, parameters);
        await session.SendAsync(ct);
        if (changed.Value == 0)
        {
            return false;
        }

        session.Record(new OperatorChanged(id, act));
        await transaction.CommitAsync(ct);
        return true;
    }

    private static OperatorRow Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetFieldValue<DateTimeOffset>(5));
}
