using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Steward.Platform.Postgres;
using Steward.Platform.Postgres.Embedded;
using Steward.Platform.Postgres.Migrating;
using Steward.Platform.Sealing;

namespace Steward.Platform.Starting;

/// <summary>The database under a running program: Steward's own server where no connection string is given. Disposed after the program has stopped.</summary>
public sealed partial class PlatformGround : IAsyncDisposable
{
    private const string DatabaseName = "steward";
    private const int PoolOfCommand = 4;
    private readonly EmbeddedPostgres? _embedded;
    private readonly string _adminConnection;

    private PlatformGround(EmbeddedPostgres? embedded, string adminConnection, NpgsqlDataSource source, MasterKeys master)
    {
        (_embedded, _adminConnection, Source, Master) = (embedded, adminConnection, source, master);
        if (embedded is not null)
        {
            // Connections to a server that died answer nothing any more.
            embedded.Restarted += (_, _) => source.Clear();
        }
    }

    internal NpgsqlDataSource Source { get; }

    internal MasterKeys Master { get; }

    /// <summary>
    /// Opens the ground for a command: beside a Steward that runs on the same data, or, when none does, as <see cref="OpenAsync"/>.
    /// </summary>
    public static async Task<PlatformGround> OpenBesideAsync(IConfiguration configuration, bool development, ILogger log, CancellationToken ct)
    {
        var data = DataDirectory(configuration);
        if (configuration.GetConnectionString("Steward") is { Length: > 0 } || await RunningServer.FindAsync(Path.Combine(data, "postgres"), ct) is not { } running)
        {
            return await OpenAsync(configuration, development, log, ct);
        }

        var master = MasterKeySource.Find(name => configuration[name], data, development, path => MadeMasterKey(log, path));
        await DatabaseStart.EnsureDatabaseAsync(running, DatabaseName, ct);
        return Over(null, running, PoolOfCommand, master);
    }

    /// <summary>Opens the ground: starts or reaches PostgreSQL and finds the master key. Throws with a sentence that says what to change.</summary>
    public static async Task<PlatformGround> OpenAsync(IConfiguration configuration, bool development, ILogger log, CancellationToken ct)
    {
        var data = DataDirectory(configuration);
        var master = MasterKeySource.Find(name => configuration[name], data, development, path => MadeMasterKey(log, path));
        var pool = configuration.GetValue("STEWARD_DB_POOL", 40);
        if (configuration.GetConnectionString("Steward") is { Length: > 0 } given)
        {
            var admin = configuration.GetConnectionString("StewardAdmin") is { Length: > 0 } own ? own : given;
            return new(null, admin, DatabaseStart.Open(given, pool), master);
        }

        var embedded = await EmbeddedPostgres.StartAsync(
            new EmbeddedPostgresOptions { DataDirectory = Path.Combine(data, "postgres"), MaxConnections = pool + 20 }, log, ct);
        try
        {
            await DatabaseStart.EnsureDatabaseAsync(embedded.AdminConnectionString, DatabaseName, ct);
            return Over(embedded, embedded.AdminConnectionString, pool, master);
        }
        catch
        {
            await embedded.DisposeAsync();
            throw;
        }
    }

    private static PlatformGround Over(EmbeddedPostgres? own, string server, int pool, MasterKeys master)
    {
        var admin = new NpgsqlConnectionStringBuilder(server) { Database = DatabaseName };
        var application = new NpgsqlConnectionStringBuilder(admin.ConnectionString) { Username = "steward_app" };
        return new(own, admin.ConnectionString, DatabaseStart.Open(application.ConnectionString, pool), master);
    }

    /// <summary>Whether the exception says why the ground could not be opened or prepared, in a sentence for whoever has the machine.</summary>
    public static bool IsStartFailure(Exception exception) =>
        exception is MasterKeyException or MigrationException or UnsafeDatabaseException or EmbeddedPostgresException;

    /// <summary>The directory for everything that Steward keeps outside the database: <c>STEWARD_DATA</c>, or <c>.data</c> in the working directory.</summary>
    public static string DataDirectory(IConfiguration configuration)
        => Path.GetFullPath(configuration["STEWARD_DATA"] is { Length: > 0 } set ? set : ".data");

    /// <summary>Brings the database to the program's version and refuses one that would not keep tenants apart or that another master key sealed.</summary>
    internal async Task PrepareAsync(IServiceProvider services, CancellationToken ct)
    {
        await services.GetRequiredService<MigrationRunner>().RunAsync(_adminConnection, ct);
        var database = services.GetRequiredService<Database>();
        await DatabaseStart.VerifyRoleAsync(database, ct);
        await MasterKeyStart.VerifyAsync(database, Master, services.GetRequiredService<InstallationSecrets>(), ct);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        if (_embedded is not null)
        {
            await _embedded.DisposeAsync();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Made a master key for development at {Path}: whoever has it can read everything. Keep it with your backups")]
    private static partial void MadeMasterKey(ILogger log, string path);
}
