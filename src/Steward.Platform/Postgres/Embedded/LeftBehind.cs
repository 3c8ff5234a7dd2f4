using Npgsql;

namespace Steward.Platform.Postgres.Embedded;

/// <summary>Looks for a server that outlived the Steward that started it.</summary>
internal static class LeftBehind
{
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// The server to adopt, or null. A killed Steward's lock is free a moment before its server is told to stop, so a server
    /// counts as left behind only when it still answers after that moment.
    /// </summary>
    internal static async Task<PostmasterFile?> FindAsync(string dataDirectory, CancellationToken cancellationToken)
    {
        if (PostmasterFile.Read(dataDirectory) is not { Ready: true } file || !IsPostgres(file.ProcessId))
        {
            return null;
        }

        if (!await AnswersAsync(file, cancellationToken))
        {
            return null;
        }

        await Task.Delay(Settling, cancellationToken);
        return await AnswersAsync(file, cancellationToken) ? file : null;
    }

    private static bool IsPostgres(int pid)
    {
        if (!Native.IsAlive(pid))
        {
            return false;
        }

        var name = $"/proc/{pid}/comm";
        return !OperatingSystem.IsLinux() || (File.Exists(name) && File.ReadAllText(name).StartsWith("postgres", StringComparison.Ordinal));
    }

    private static async Task<bool> AnswersAsync(PostmasterFile file, CancellationToken cancellationToken)
    {
        try
        {
            _ = await ServerSettings.ReadAsync(EmbeddedPostgres.Connection(file.SocketDirectory), cancellationToken);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}
