namespace Steward.Platform.Postgres.Embedded;

/// <summary>The server's own log, one file beside the data directory and one former one.</summary>
internal sealed class ServerLog(string dataDirectory)
{
    private const long Enough = 8 * 1024 * 1024;

    internal string Path { get; } = dataDirectory + ".log";

    internal void TurnOver()
    {
        if (Length > Enough)
        {
            File.Move(Path, Path + ".1", overwrite: true);
        }
    }

    internal long Length => File.Exists(Path) ? new FileInfo(Path).Length : 0;

    internal string Since(long position)
    {
        if (!File.Exists(Path))
        {
            return "";
        }

        using var file = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        file.Position = Math.Min(position, file.Length);
        using var reader = new StreamReader(file);
        return reader.ReadToEnd().Trim();
    }

    /// <summary>
    /// Whether the server only refused because a former one has not quite gone: its lock file, its socket or its shared memory
    /// is still there.
    /// </summary>
    internal static bool IsRefusal(string said) =>
        said.Contains("already exists", StringComparison.Ordinal)
        || said.Contains("still in use", StringComparison.Ordinal)
        || said.Contains("Is another postmaster", StringComparison.Ordinal);
}
