using Npgsql;

namespace Steward.Platform.Postgres;

/// <summary>Makes the application's pool and refuses to start on a database that would not protect tenants.</summary>
internal static class DatabaseStart
{
    /// <summary>The pool for the application's role, with the settings the message path relies on.</summary>
    public static NpgsqlDataSource Open(string connectionString, int maxPoolSize)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString)
        {
            // Every setting a session makes is local to its transaction, so there is nothing to reset.
            NoResetOnClose = true,
            MaxAutoPrepare = 200,
            AutoPrepareMinUsages = 2,
            MaxPoolSize = maxPoolSize,
            ApplicationName = "steward",
        };
        return new NpgsqlDataSourceBuilder(builder.ConnectionString).Build();
    }

    /// <summary>Creates the database where it does not exist.</summary>
    public static async Task EnsureDatabaseAsync(string adminConnectionString, string name, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(adminConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(ct);
        await using var exists = new NpgsqlCommand("select exists (select from pg_database where datname = $1)", connection);
        exists.Parameters.Add(Sql.Text(name));
        if (!(bool)(await exists.ExecuteScalarAsync(ct))!)
        {
            await using var create = new NpgsqlCommand($"create database \"{name}\"", connection);
            await create.ExecuteNonQueryAsync(ct);
        }
    }

    /// <summary>Throws <see cref="UnsafeDatabaseException"/> when the role could pass row-level security.</summary>
    public static async Task VerifyRoleAsync(Database database, CancellationToken ct)
    {
        var rows = await database.DispatchAsync(
            "select rolsuper or rolbypassrls, exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relowner = r.oid and n.nspname not like 'pg\\_%') from pg_roles r where rolname = current_user",
            row => (PassesPolicies: row.GetBoolean(0), Owns: row.GetBoolean(1)),
            ct);
        if (rows[0].PassesPolicies || rows[0].Owns)
        {
            throw new UnsafeDatabaseException("The connection string's role is a superuser, bypasses row-level security or owns tables. Connect as steward_app, and give the administrator's connection separately.");
        }
    }
}

/// <summary>The database's role would not protect tenants from each other.</summary>
internal sealed class UnsafeDatabaseException(string message) : Exception(message);
