using Npgsql;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Postgres;

/// <summary>
/// One unit of work for one tenant. Any module's door appends commands; they leave as one batch: one round trip, one
/// transaction, preceded by the tenant's <c>set_config</c> in the same batch. Not safe for concurrent use.
/// </summary>
#pragma warning disable CA1001 // A transaction belongs to the caller that began it; the session only knows it while it lasts.
public sealed class TenantSession
#pragma warning restore CA1001
{
    private const string SetTenant = "select set_config('steward.tenant', $1, true), set_config('steward.member', $2, true)";

    private const int Attempts = 3;

    private readonly NpgsqlDataSource _source;
    private readonly List<SessionCommand> _commands = [];
    private List<Action>? _afterCommit;
    private string _member = "";
    private TenantTransaction? _transaction;

    internal TenantSession(NpgsqlDataSource source, TenantId tenant)
    {
        // Refused here, before anything is sent: PostgreSQL alone does not always notice a missing tenant.
        if (tenant.Value == Guid.Empty)
        {
            throw new ArgumentException("A session needs a tenant.", nameof(tenant));
        }

        _source = source;
        Tenant = tenant;
    }

    /// <summary>The tenant whose rows this session sees; set for every statement it sends.</summary>
    public TenantId Tenant { get; }

    /// <summary>Whether commands wait to be sent.</summary>
    public bool HasCommands => _commands.Count > 0;

    /// <summary>Acts as a member: rows whose policy names an owner are seen only by that member.</summary>
    public TenantSession As(Guid? memberId)
    {
        _member = memberId?.ToString("D") ?? "";
        return this;
    }

    /// <summary>Appends a statement without a result set; the result is the number of rows it changed.</summary>
    public Pending<int> Add(string sql, params NpgsqlParameter[] parameters)
    {
        if (sql.AsSpan().TrimStart().StartsWith("select", StringComparison.OrdinalIgnoreCase))
        {
            throw new ArgumentException("A select answers with rows; append it with One or Many.", nameof(sql));
        }

        var command = new ChangeCommand(sql, parameters);
        _commands.Add(command);
        return command.Affected;
    }

    /// <summary>Appends a statement with a result set; the result is its first row, or default.</summary>
    public Pending<T?> One<T>(string sql, Func<NpgsqlDataReader, T> map, params NpgsqlParameter[] parameters)
    {
        var command = new OneCommand<T>(sql, map, parameters);
        _commands.Add(command);
        return command.Row;
    }

    /// <summary>Appends a statement with a result set; the result is all its rows.</summary>
    public Pending<List<T>> Many<T>(string sql, Func<NpgsqlDataReader, T> map, params NpgsqlParameter[] parameters)
    {
        var command = new ManyCommand<T>(sql, map, parameters);
        _commands.Add(command);
        return command.Rows;
    }

    /// <summary>Registers work for the moment the commit is confirmed: wake-ups, cache invalidation. Must not throw or block.</summary>
    public void AfterCommit(Action run) => (_afterCommit ??= []).Add(run);

    /// <summary>
    /// Sends what was appended as one batch. Without a transaction of its own it is one: either all of it is stored or none.
    /// A <see cref="PostgresException"/> of any statement is thrown as it is; the session is empty again afterwards. Only a batch that was taken back
    /// because of a deadlock is sent again, where it was the whole transaction.
    /// </summary>
    public async Task SendAsync(CancellationToken ct)
    {
        if (_commands.Count == 0)
        {
            return;
        }

        var commands = _commands.ToArray();
        _commands.Clear();
        if (_transaction is { } open)
        {
            await ExecuteAsync(open.Connection, commands, ct);
            return;
        }

        var after = _afterCommit;
        _afterCommit = null;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var connection = await _source.OpenConnectionAsync(ct);
                await ExecuteAsync(connection, commands, ct);
                break;
            }
            catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.DeadlockDetected && attempt < Attempts)
            {
                // Of those who waited for each other PostgreSQL took this one back, all of it; the other has what it waited for by now.
                DatabaseMetrics.Deadlocks.Add(1);
            }
        }

        Run(after);
    }

    /// <summary>Opens a transaction that spans several <see cref="SendAsync"/>; disposed without a commit it rolls back.</summary>
    public async Task<TenantTransaction> BeginAsync(CancellationToken ct)
    {
        if (_transaction is not null)
        {
            throw new InvalidOperationException("The session has an open transaction.");
        }

        var connection = await _source.OpenConnectionAsync(ct);
        try
        {
            _transaction = new TenantTransaction(this, connection, await connection.BeginTransactionAsync(ct));
            return _transaction;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    internal void Ended(bool committed)
    {
        var after = _afterCommit;
        _afterCommit = null;
        _transaction = null;
        _commands.Clear();
        if (committed)
        {
            Run(after);
        }
    }

    private static void Run(List<Action>? after)
    {
        if (after is null)
        {
            return;
        }

        foreach (var run in after)
        {
            run();
        }
    }

    private async Task ExecuteAsync(NpgsqlConnection connection, SessionCommand[] commands, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection);
        var tenant = new NpgsqlBatchCommand(SetTenant);
        tenant.Parameters.Add(Sql.Text(Tenant.ToString()));
        tenant.Parameters.Add(Sql.Text(_member));
        batch.BatchCommands.Add(tenant);
        foreach (var command in commands)
        {
            batch.BatchCommands.Add(command.ToBatchCommand());
        }

        DatabaseMetrics.RoundTrips.Add(1);
        try
        {
            await ReadAsync(batch, commands, ct);
        }
        catch (PostgresException)
        {
            // Parameters belong to one command at a time.
            foreach (var sent in batch.BatchCommands)
            {
                sent.Parameters.Clear();
            }

            throw;
        }

        for (var i = 0; i < commands.Length; i++)
        {
            commands[i].Finish(batch.BatchCommands[i + 1]);
        }
    }

    private static async Task ReadAsync(NpgsqlBatch batch, SessionCommand[] commands, CancellationToken ct)
    {
        await using var reader = await batch.ExecuteReaderAsync(ct);
        foreach (var command in commands)
        {
            if (command.HasRows)
            {
                await reader.NextResultAsync(ct);
                await command.ReadAsync(reader, ct);
            }
        }

        // Reading to the end surfaces the error of a statement without rows.
        while (await reader.NextResultAsync(ct))
        {
        }
    }
}
