using System.Diagnostics;

namespace Steward.Platform.Postgres.Embedded;

/// <summary>Builds and starts the command lines of PostgreSQL's programs, as the right account and with nothing inherited.</summary>
internal static class Launcher
{
    private const string SetPriv = "setpriv";

    /// <summary>
    /// Starts the server. It gets a session of its own, so that a Ctrl+C meant for Steward does not stop the database under
    /// the requests that are still being finished, and a parent-death signal, so that a killed Steward leaves no server behind.
    /// </summary>
    internal static Task<Process> StartServerAsync(string bin, IEnumerable<string> arguments, string log, ServerAccount? account)
    {
        string[] wrap = (OperatingSystem.IsLinux(), account) switch
        {
            (true, { } own) => ["setsid", SetPriv, .. Become(own), "--pdeathsig", "INT"],
            (true, null) => ["setsid", SetPriv, "--pdeathsig", "INT"],
            _ => [],
        };
        var start = Bare("/bin/sh", ["-c", "umask 077; exec \"$@\" </dev/null >>\"$0\" 2>&1", log,
            .. wrap, Path.Combine(bin, "postgres"), .. arguments]);
        return LastingThread.Run(() => Process.Start(start)!);
    }

    /// <summary>Runs a program to its end; whether it succeeded and what it wrote.</summary>
    internal static async Task<(bool Succeeded, string Said)> RunAsync(
        string program, IEnumerable<string> arguments, ServerAccount? account, CancellationToken cancellationToken)
    {
        var start = account is null
            ? Bare(program, arguments)
            : Bare(SetPriv, [.. Become(account), program, .. arguments]);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using var process = await LastingThread.Run(() => Process.Start(start)!);
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return (process.ExitCode == 0, (await error + await output).Trim());
    }

    private static string[] Become(ServerAccount account) =>
        [$"--reuid={account.User}", $"--regid={account.Group}", "--clear-groups", "--no-new-privs"];

    private static ProcessStartInfo Bare(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = "/" };
        var path = Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin";

        // Keys of providers and the master key are in Steward's environment; the database's account must not see them.
        start.Environment.Clear();
        start.Environment["PATH"] = path;
        start.Environment["TZ"] = "UTC";
        start.Environment["LC_ALL"] = "C";
        return start;
    }
}
