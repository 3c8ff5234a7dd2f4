using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Steward.Platform.Postgres.Embedded;

/// <summary>
/// The account of its own that runs the server when Steward runs as root, which PostgreSQL refuses to do. Null elsewhere:
/// the server then runs as the caller.
/// </summary>
internal sealed record ServerAccount(string Name, uint User, uint Group)
{
    private const UnixFileMode OthersPass = UnixFileMode.OtherExecute;

    internal static async Task<ServerAccount?> EnsureAsync(string name, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux() || !Native.IsRoot)
        {
            return null;
        }

        // Two programs may make the account at once; the loser finds the other's entry or a locked password file.
        for (var attempt = 0; ; attempt++)
        {
            if (Find(name, await File.ReadAllLinesAsync("/etc/passwd", cancellationToken)) is { } account)
            {
                return account;
            }

            var outcome = await Run("useradd", ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent",
                "--shell", "/usr/sbin/nologin", name], cancellationToken);
            if (outcome is not null && attempt == 10)
            {
                throw new EmbeddedPostgresException(
                    $"PostgreSQL does not run as root and the account {name} cannot be made ({outcome}). Make it with useradd, or start Steward as another user.");
            }

            await Task.Delay(outcome is null ? 0 : 200, cancellationToken);
        }
    }

    internal static ServerAccount? Find(string name, IEnumerable<string> passwd)
    {
        foreach (var line in passwd)
        {
            var fields = line.Split(':');
            if (fields.Length > 3 && fields[0] == name)
            {
                return new ServerAccount(name, uint.Parse(fields[2]), uint.Parse(fields[3]));
            }
        }

        return null;
    }

    internal void Own(string path) => Native.ChangeOwner(path, User, Group);

    /// <summary>
    /// Lets the account through to a directory: Steward's own directory may be passed by anyone (its files stay private);
    /// on directories above it, only this account gets an entry, and only to pass.
    /// </summary>
    internal void OpenWay(string stewardDirectory, ILogger logger)
    {
        var mode = File.GetUnixFileMode(stewardDirectory);
        if (!mode.HasFlag(OthersPass))
        {
            File.SetUnixFileMode(stewardDirectory, mode | UnixFileMode.GroupExecute | OthersPass);
        }

        for (var above = Directory.GetParent(stewardDirectory); above is not null; above = above.Parent)
        {
            if (CanPass(above.FullName))
            {
                continue;
            }

            if (!LetPass(above.FullName))
            {
                throw new EmbeddedPostgresException(
                    $"The database's account {Name} may not pass through {above.FullName}. Set STEWARD_DATA to a directory that others may pass, for example /var/lib/steward.");
            }

            logger.WayOpened(Name, above.FullName);
        }
    }

    /// <summary>Whether the account can read and run a file at this path.</summary>
    internal bool CanReach(string file)
    {
        const UnixFileMode use = UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        if (!File.GetUnixFileMode(file).HasFlag(use))
        {
            return false;
        }

        for (var above = Directory.GetParent(file); above is not null; above = above.Parent)
        {
            if (!CanPass(above.FullName))
            {
                return false;
            }
        }

        return true;
    }

    private bool CanPass(string directory) =>
        File.GetUnixFileMode(directory).HasFlag(OthersPass)
        || AccessList.LetsPass(Native.ReadAttribute(directory, AccessList.Attribute), User);

    private bool LetPass(string directory)
    {
        var list = AccessList.WithPass(
            Native.ReadAttribute(directory, AccessList.Attribute), File.GetUnixFileMode(directory), User);
        return Native.WriteAttribute(directory, AccessList.Attribute, list);
    }

    private static async Task<string?> Run(string program, string[] arguments, CancellationToken cancellationToken)
    {
        var path = File.Exists("/usr/sbin/" + program) ? "/usr/sbin/" + program : program;
        try
        {
            using var process = Process.Start(new ProcessStartInfo(path, arguments) { RedirectStandardError = true, UseShellExecute = false })!;
            var error = await process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0 ? null : error.Trim();
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            return missing.Message;
        }
    }
}
