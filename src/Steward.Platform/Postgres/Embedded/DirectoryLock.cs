namespace Steward.Platform.Postgres.Embedded;

/// <summary>An exclusive lock beside the data directory, let go by the system when the process ends in any way.</summary>
internal sealed class DirectoryLock : IDisposable
{
    private readonly FileStream file;

    private DirectoryLock(FileStream file) => this.file = file;

    internal static DirectoryLock Take(string dataDirectory)
    {
        var path = dataDirectory + ".lock";
        try
        {
            return new DirectoryLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException taken)
        {
            throw new EmbeddedPostgresException(
                $"Another Steward is running on {dataDirectory}. Stop it first, or give this one a directory of its own with STEWARD_DATA.",
                taken);
        }
    }

    /// <summary>Whether a program holds the directory now.</summary>
    internal static bool IsTaken(string dataDirectory)
    {
        var path = dataDirectory + ".lock";
        try
        {
            if (File.Exists(path))
            {
                using var free = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            }

            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    public void Dispose() => file.Dispose();
}
