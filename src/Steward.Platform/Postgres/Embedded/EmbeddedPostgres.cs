using Microsoft.Extensions.Logging;
using Npgsql;

namespace Steward.Platform.Postgres.Embedded;

/// <summary>
/// Steward's own PostgreSQL: one server per data directory, reached over a private socket, started with Steward and stopped
/// with it however it ends. A server that dies while Steward runs is started again on the same address.
/// </summary>
public sealed class EmbeddedPostgres : IAsyncDisposable
{
    // Others may pass, as the database's account must, and see nothing: 0711.
    private const UnixFileMode StewardDirectoryMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private static readonly TimeSpan RestartPause = TimeSpan.FromSeconds(1);
    private readonly CancellationTokenSource stopping = new();
    private readonly ServerStart start;
    private readonly DirectoryLock held;
    private readonly string dataDirectory;
    private readonly ILogger logger;
    private readonly Task supervision;
    private volatile ServerProcess server;

    private EmbeddedPostgres(
        DirectoryLock held, string dataDirectory, ServerStart start, ServerProcess server, string connection, ServerSettings settings, ILogger logger)
    {
        this.held = held;
        this.dataDirectory = dataDirectory;
        this.start = start;
        this.server = server;
        this.logger = logger;
        AdminConnectionString = connection;
        Settings = settings;
        supervision = SuperviseAsync();
    }

    /// <summary>Raised after a server that ended by itself accepts connections again. Pools still hold dead connections then.</summary>
    public event EventHandler? Restarted;

    /// <summary>The superuser <c>postgres</c> on the database <c>postgres</c>, over the socket; stays valid over restarts.</summary>
    public string AdminConnectionString { get; }

    /// <summary>The server's release, as in <c>18.4</c>.</summary>
    public string Version => Settings.Version;

    /// <summary>The durability settings in force.</summary>
    public ServerSettings Settings { get; }

    /// <summary>The process id of the postmaster; another one after a restart.</summary>
    public int ProcessId => server.Id;

    /// <summary>Starts the server, making account, directory and cluster as needed.</summary>
    /// <exception cref="EmbeddedPostgresException">It cannot be started; the message says what to change.</exception>
    public static async Task<EmbeddedPostgres> StartAsync(
        EmbeddedPostgresOptions options, ILogger logger, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        options = options with { DataDirectory = Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.DataDirectory)) };
        var stewardDirectory = Directory.GetParent(options.DataDirectory)!.FullName;
        if (!Directory.Exists(stewardDirectory))
        {
            Directory.CreateDirectory(stewardDirectory, StewardDirectoryMode);
        }

        var own = DirectoryLock.Take(options.DataDirectory);
        ServerProcess? running = null;
        try
        {
            var account = await ServerAccount.EnsureAsync(options.Account, cancellationToken);
            account?.OpenWay(stewardDirectory, logger);
            var bin = Binaries.Reachable(Binaries.Find(options.BinDirectory), account, stewardDirectory);
            if (!Cluster.Exists(options.DataDirectory))
            {
                logger.MakingCluster(options.DataDirectory, bin);
                await Cluster.MakeAsync(bin, options.DataDirectory, account, cancellationToken);
            }

            var left = await LeftBehind.FindAsync(options.DataDirectory, cancellationToken);
            var sockets = left?.SocketDirectory ?? SocketDirectory.Make(options.DataDirectory, account);
            var starter = new ServerStart(options, bin, sockets, account, logger);
            if (left is not null)
            {
                logger.Adopted(left.ProcessId);
            }

            running = left is null ? await starter.StartAsync(cancellationToken) : new ServerProcess(left.ProcessId);
            var connection = Connection(sockets);
            var settings = await ServerSettings.ReadAsync(connection, cancellationToken);
            logger.Ready(running.Id, settings.Version, settings.Fsync, settings.FullPageWrites, settings.SynchronousCommit,
                settings.DataChecksums, settings.WalSyncMethod);
            return new EmbeddedPostgres(own, options.DataDirectory, starter, running, connection, settings, logger);
        }
        catch
        {
            if (running is not null)
            {
                await running.StopAsync();
                running.Dispose();
            }

            if (PostmasterFile.Read(options.DataDirectory) is null)
            {
                SocketDirectory.Remove(options.DataDirectory);
            }

            own.Dispose();
            throw;
        }
    }

    /// <summary>Fast shutdown: open sessions are ended, everything is written, the directory is free again.</summary>
    public async ValueTask DisposeAsync()
    {
        if (stopping.IsCancellationRequested)
        {
            return;
        }

        await stopping.CancelAsync();
        await supervision;
        await server.StopAsync();
        server.Dispose();
        SocketDirectory.Remove(dataDirectory);
        held.Dispose();
        stopping.Dispose();
        logger.Stopped();
    }

    internal static string Connection(string socketDirectory) => new NpgsqlConnectionStringBuilder
    {
        Host = socketDirectory,
        Username = "postgres",
        Database = "postgres",
        MaxPoolSize = 10,
        ApplicationName = "steward",
    }.ConnectionString;

    private async Task SuperviseAsync()
    {
        try
        {
            while (true)
            {
                await server.WaitForExitAsync(stopping.Token);
                logger.Lost(server.Id);
                await RestartAsync();
                logger.RunsAgain(server.Id);
                Restarted?.Invoke(this, EventArgs.Empty);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The end of supervision is how this server is stopped.
        }
    }

    private async Task RestartAsync()
    {
        while (true)
        {
            try
            {
                var former = server;
                server = await start.StartAsync(stopping.Token);
                former.Dispose();
                return;
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                logger.RestartFailed(failure);
                await Task.Delay(RestartPause, stopping.Token);
            }
        }
    }
}
