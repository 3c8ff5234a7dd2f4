namespace Steward.Platform.Postgres.Embedded;

/// <summary>Makes the cluster's directory. It appears under its name only when it is complete, so a killed first start is repeated.</summary>
internal static class Cluster
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    internal static bool Exists(string dataDirectory) => File.Exists(Path.Combine(dataDirectory, "PG_VERSION"));

    internal static async Task<string> ReleaseAsync(string dataDirectory, CancellationToken cancellationToken) =>
        (await File.ReadAllTextAsync(Path.Combine(dataDirectory, "PG_VERSION"), cancellationToken)).Trim();

    internal static async Task MakeAsync(string bin, string dataDirectory, ServerAccount? account, CancellationToken cancellationToken)
    {
        if (Directory.Exists(dataDirectory) && Directory.EnumerateFileSystemEntries(dataDirectory).Any())
        {
            throw new EmbeddedPostgresException($"{dataDirectory} holds something that is not a PostgreSQL cluster; name another directory.");
        }

        // Characters beyond ASCII have to fold and count as letters, and order by code point on every machine. The builtin
        // provider does so from PostgreSQL 17; before it the C library's C.UTF-8 does, where there is one.
        string[][] locales =
        [
            ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8"],
            ["--locale=C.UTF-8"],
            ["--locale=C"],
        ];
        var unfinished = dataDirectory + ".new";
        var failure = "";
        foreach (var locale in locales)
        {
            Clear(unfinished);
            Directory.CreateDirectory(unfinished, OwnerOnly);
            account?.Own(unfinished);
            (var succeeded, failure) = await Launcher.RunAsync(
                Path.Combine(bin, "initdb"),
                ["-D", unfinished, "-U", "postgres", "-E", "UTF8", "--data-checksums", "--auth-local=trust", "--auth-host=reject",
                    "--no-instructions", .. locale],
                account,
                cancellationToken);
            if (succeeded)
            {
                Clear(dataDirectory);
                Directory.Move(unfinished, dataDirectory);
                return;
            }
        }

        Clear(unfinished);
        throw new EmbeddedPostgresException($"initdb could not make {dataDirectory}: {failure}");
    }

    private static void Clear(string directory)
    {
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
