using System.CommandLine;

namespace Steward.Host.Commands;

/// <summary><c>steward migrate</c></summary>
internal static class MigrateCommand
{
    /// <summary>Opening the installation migrates it, for this command as for the server.</summary>
    public static Command Make(Terminal terminal) => terminal.Runs(
        new Command("migrate", "Bring the database to this program's version, and check its role and the master key. The server does so by itself when it starts."),
        (_, _, _) => Task.FromResult(new Answer("The database is at this program's version.", new { migrated = true })));
}
