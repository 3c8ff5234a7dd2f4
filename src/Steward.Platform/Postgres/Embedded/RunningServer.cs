using System.Diagnostics;

namespace Steward.Platform.Postgres.Embedded;

/// <summary>The server of a Steward that runs already, for a command beside it.</summary>
internal static class RunningServer
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// The superuser's connection over the running server's socket, waiting for one that is just starting; null when no Steward holds the directory.
    /// </summary>
    /// <exception cref="EmbeddedPostgresException">One holds it, and its server does not answer.</exception>
    public static async Task<string?> FindAsync(string dataDirectory, CancellationToken ct)
    {
        var waited = Stopwatch.StartNew();
        while (DirectoryLock.IsTaken(dataDirectory))
        {
            if (await LeftBehind.FindAsync(dataDirectory, ct) is { } file)
            {
                return EmbeddedPostgres.Connection(file.SocketDirectory);
            }

            if (waited.Elapsed > Patience)
            {
                throw new EmbeddedPostgresException(
                    $"A Steward runs on {dataDirectory}, but its database does not answer here. Run the command as the same user, or stop that Steward.");
            }

            await Task.Delay(Look, ct);
        }

        return null;
    }
}
