using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Steward.Platform.Postgres.Embedded;

/// <summary>Brings one server up on a prepared directory: adopts a live one, waits for a dying one, or starts its own.</summary>
internal sealed class ServerStart(
    EmbeddedPostgresOptions options, string bin, string socketDirectory, ServerAccount? account, ILogger logger)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    internal async Task<ServerProcess> StartAsync(CancellationToken cancellationToken)
    {
        var log = new ServerLog(options.DataDirectory);
        log.TurnOver();
        var patience = Stopwatch.StartNew();
        while (true)
        {
            var position = log.Length;
            var server = new ServerProcess(await Launcher.StartServerAsync(
                bin, StartArguments.For(options, socketDirectory), log.Path, account));
            if (await BecomesReadyAsync(server, cancellationToken))
            {
                return server;
            }

            server.Dispose();
            var said = log.Since(position);
            if (!ServerLog.IsRefusal(said) || patience.Elapsed > options.RefusedStartPatience)
            {
                throw new EmbeddedPostgresException(await ExplainAsync(said, cancellationToken));
            }

            logger.Refused();
            await Task.Delay(Pause, cancellationToken);
        }
    }

    /// <summary>Recovery after a crash may take long, so this waits for as long as the server lives.</summary>
    private async Task<bool> BecomesReadyAsync(ServerProcess server, CancellationToken cancellationToken)
    {
        try
        {
            while (!server.HasExited)
            {
                if (PostmasterFile.Read(options.DataDirectory) is { Ready: true } file && file.ProcessId == server.Id)
                {
                    return true;
                }

                await Task.Delay(Look, cancellationToken);
            }

            return false;
        }
        catch (OperationCanceledException)
        {
            await server.StopAsync();
            server.Dispose();
            throw;
        }
    }

    private async Task<string> ExplainAsync(string said, CancellationToken cancellationToken)
    {
        var made = await Cluster.ReleaseAsync(options.DataDirectory, cancellationToken);
        var program = await Binaries.ReleaseAsync(bin, cancellationToken);
        return made != program
            ? $"{options.DataDirectory} was made by PostgreSQL {made} and {bin} is PostgreSQL {program}. Name the old programs with STEWARD_POSTGRES_BIN, or dump and load the data."
            : $"PostgreSQL did not start on {options.DataDirectory}: {said}";
    }
}
