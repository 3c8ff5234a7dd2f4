using Microsoft.Extensions.Logging;
using Npgsql;

namespace Steward.Platform.Postgres.Migrating;

/// <summary>
/// Brings a database to the version of the program: roles, then each module's files in the order the modules were registered, as
/// <c>steward_migrator</c> and under an advisory lock, so that nodes may start together. Forward only.
/// </summary>
internal sealed partial class MigrationRunner(IEnumerable<MigrationSet> sets, ILogger<MigrationRunner> log)
{
    private const long Lock = 0x5354_4557_4152_4401;

    private const string Roles = """
        do $$
        begin
          if not exists (select from pg_roles where rolname = 'steward_migrator') then create role steward_migrator nologin; end if;
          if not exists (select from pg_roles where rolname = 'steward_dispatch') then create role steward_dispatch nologin; end if;
          if not exists (select from pg_roles where rolname = 'steward_app') then create role steward_app login; end if;
          if not pg_has_role('steward_migrator', 'steward_dispatch', 'member') then grant steward_dispatch to steward_migrator; end if;
          -- From PostgreSQL 16 on, who makes a role is its member without the right to act as it.
          if not pg_has_role(current_user, 'steward_migrator', case when current_setting('server_version_num')::integer >= 160000 then 'set' else 'member' end) then execute format('grant steward_migrator to %I', current_user); end if;
          execute format('grant create on database %I to steward_migrator', current_database());
        end $$
        """;

    private const string Ledger = """
        create schema if not exists platform authorization steward_migrator;
        create table if not exists platform.migrations (
          module text not null, number integer not null, name text not null, checksum text not null,
          applied_at timestamptz not null default now(), primary key (module, number));
        alter table platform.migrations owner to steward_migrator;
        grant select on platform.migrations to steward_app;
        """;

    /// <summary>Applies what is missing. Throws <see cref="MigrationException"/> when a released file was changed.</summary>
    public async Task RunAsync(string adminConnectionString, CancellationToken ct)
    {
        // Unpooled: nothing of the admin's rights stays behind.
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(adminConnectionString) { Pooling = false, IncludeErrorDetail = true });
        await using var connection = await source.OpenConnectionAsync(ct);
        var wanted = sets.SelectMany(set => set.Read()).ToList();
        if (Missing(wanted, await AppliedAsync(connection, ct)).Count == 0)
        {
            return;
        }

        await ExecuteAsync(connection, $"select pg_advisory_lock({Lock})", ct);
        await ExecuteAsync(connection, Roles, ct);
        await ExecuteAsync(connection, Ledger, ct);
        foreach (var migration in Missing(wanted, await AppliedAsync(connection, ct)))
        {
            await ApplyAsync(connection, migration, ct);
            Applied(log, migration.Module, migration.Number, migration.Name);
        }

        await ExecuteAsync(connection, $"select pg_advisory_unlock({Lock})", ct);
    }

    private static List<Migration> Missing(List<Migration> wanted, Dictionary<(string, int), string> applied)
    {
        var missing = new List<Migration>();
        foreach (var migration in wanted)
        {
            if (!applied.TryGetValue((migration.Module, migration.Number), out var checksum))
            {
                missing.Add(migration);
            }
            else if (checksum != migration.Checksum)
            {
                throw new MigrationException($"Migration {migration.Module}/{migration.Number:0000}_{migration.Name} differs from the one this database was built with. Released migrations never change; add a new one.");
            }
        }

        return missing;
    }

    private static async Task<Dictionary<(string, int), string>> AppliedAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var applied = new Dictionary<(string, int), string>();
        await using var exists = new NpgsqlCommand("select to_regclass('platform.migrations') is not null", connection);
        if (!(bool)(await exists.ExecuteScalarAsync(ct))!)
        {
            return applied;
        }

        await using var command = new NpgsqlCommand("select module, number, checksum from platform.migrations", connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            applied[(reader.GetString(0), reader.GetInt32(1))] = reader.GetString(2);
        }

        return applied;
    }

    private static async Task ApplyAsync(NpgsqlConnection connection, Migration migration, CancellationToken ct)
    {
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await ExecuteAsync(connection, "set local role steward_migrator", ct);
        var schema = $"""
            create schema if not exists {migration.Module} authorization steward_migrator;
            grant usage on schema {migration.Module} to steward_app, steward_dispatch;
            grant create on schema {migration.Module} to steward_dispatch;
            """;
        await ExecuteAsync(connection, schema, ct);
        await ExecuteAsync(connection, migration.Sql, ct);
        await using (var record = new NpgsqlCommand("insert into platform.migrations (module, number, name, checksum) values ($1, $2, $3, $4)", connection))
        {
            record.Parameters.Add(Sql.Text(migration.Module));
            record.Parameters.Add(Sql.Int(migration.Number));
            record.Parameters.Add(Sql.Text(migration.Name));
            record.Parameters.Add(Sql.Text(migration.Checksum));
            await record.ExecuteNonQueryAsync(ct);
        }

        await transaction.CommitAsync(ct);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Migration {Module}/{Number} {Name} applied")]
    private static partial void Applied(ILogger log, string module, int number, string name);
}

/// <summary>The database cannot be brought to the program's version.</summary>
internal sealed class MigrationException(string message) : Exception(message);
