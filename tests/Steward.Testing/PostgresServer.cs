using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Steward.Platform.Postgres.Embedded;

namespace Steward.Testing;

/// <summary>
/// One embedded server per test assembly: <c>[assembly: AssemblyFixture(typeof(PostgresServer))]</c>. It starts with the first
/// database that is asked for. <c>STEWARD_TEST_POSTGRES_BIN</c> names another PostgreSQL for the same tests.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private static readonly string Root = "/tmp/steward-tests-" + Environment.UserName;
    private readonly ConcurrentDictionary<string, Lazy<Task>> templates = new();
    private readonly string directory = Path.Combine(Root, RandomNumberGenerator.GetHexString(10, lowercase: true));
    private readonly Lazy<Task<EmbeddedPostgres>> server;
    private readonly SemaphoreSlim preparing = new(1);
    private int databases;

    public PostgresServer()
    {
        server = new Lazy<Task<EmbeddedPostgres>>(StartAsync);
    }

    /// <summary>The running server.</summary>
    public Task<EmbeddedPostgres> ServerAsync() => server.Value;

    /// <summary>A fresh empty database; returns the superuser's connection string to it.</summary>
    public Task<string> CreateDatabaseAsync() => CopyAsync("template0");

    /// <summary>
    /// A fresh copy of the template <paramref name="name"/>, which <paramref name="prepare"/> fills once per test assembly (it
    /// gets a superuser's connection string and must leave no connection open).
    /// </summary>
    public async Task<string> CreateDatabaseAsync(string name, Func<string, Task> prepare)
    {
        await templates.GetOrAdd(name, _ => new Lazy<Task>(async () =>
        {
            // Roles belong to the whole server, so two templates made at once would both try to make them.
            await preparing.WaitAsync();
            try
            {
                await ExecuteAsync($"create database \"template_{name}\" template template0");
                await prepare(await ConnectionAsync($"template_{name}"));
            }
            finally
            {
                preparing.Release();
            }
        })).Value;
        return await CopyAsync($"template_{name}");
    }

    /// <summary>Drops a database that a test no longer needs, ending its connections.</summary>
    public Task DropDatabaseAsync(string connectionString) =>
        ExecuteAsync($"drop database if exists \"{new NpgsqlConnectionStringBuilder(connectionString).Database}\" with (force)");

    public async ValueTask DisposeAsync()
    {
        preparing.Dispose();
        if (server.IsValueCreated)
        {
            await (await server.Value).DisposeAsync();
            Remove(directory);
        }
    }

    private async Task<string> CopyAsync(string template)
    {
        var name = $"test_{Interlocked.Increment(ref databases)}";
        await ExecuteAsync($"create database {name} template \"{template}\"");
        return await ConnectionAsync(name);
    }

    private async Task<string> ConnectionAsync(string database) =>
        new NpgsqlConnectionStringBuilder((await server.Value).AdminConnectionString) { Database = database, MaxPoolSize = 40 }.ConnectionString;

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection((await server.Value).AdminConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private Task<EmbeddedPostgres> StartAsync()
    {
        Sweep();
        return EmbeddedPostgres.StartAsync(
            new EmbeddedPostgresOptions
            {
                DataDirectory = Path.Combine(directory, "postgres"),
                BinDirectory = Environment.GetEnvironmentVariable("STEWARD_TEST_POSTGRES_BIN"),
                MaxConnections = 300,
                // A vacuum that happens to run in a template would hold up the copies made of it.
                Settings = new Dictionary<string, string> { ["shared_buffers"] = "64MB", ["autovacuum"] = "off" },
            },
            NullLogger.Instance,
            CancellationToken.None);
    }

    /// <summary>A killed test run takes its server with it but leaves its directory: the next run removes what nobody holds.</summary>
    private static void Sweep()
    {
        Directory.CreateDirectory(Root);
        foreach (var left in Directory.GetDirectories(Root))
        {
            try
            {
                using (new FileStream(Path.Combine(left, "postgres.lock"), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
                {
                    Remove(left);
                }
            }
            catch (IOException)
            {
                // Still held by another run, or not yet begun.
            }
        }
    }

    private static void Remove(string directory)
    {
        try
        {
            var socket = new FileInfo(Path.Combine(directory, "postgres.socket"));
            if (socket.LinkTarget is { } path && Directory.Exists(path))
            {
                Directory.Delete(path, recursive: true);
            }

            Directory.Delete(directory, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Another run that began just now removed it.
        }
    }
}
