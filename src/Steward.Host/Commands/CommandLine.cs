using System.CommandLine;

namespace Steward.Host.Commands;

/// <summary>The operator's door on the machine: <c>steward tenant create ...</c>. Without a command the program serves.</summary>
internal static class CommandLine
{
    /// <summary>Everything went as asked.</summary>
    public const int Done = 0;

    /// <summary>What was asked cannot be done; the message says why.</summary>
    public const int Refused = 1;

    /// <summary>The command line itself cannot be read.</summary>
    public const int Unreadable = 2;

    /// <summary>The database or the master key cannot be reached.</summary>
    public const int Unreachable = 3;

    /// <summary>Whether the arguments are a command. Settings such as <c>--urls=...</c> are not: they belong to the server.</summary>
    public static bool Holds(string[] args) => args is [var first, ..] && (!first.StartsWith('-') || first is "-h" or "-?" or "--help" or "--version");

    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error, Func<Task<StewardApp>>? open = null)
    {
        var console = new Terminal(output, error, open ?? (() => StewardApp.OpenAsync([])));
        var root = new RootCommand("Steward. Without a command it serves; its settings are environment variables.")
        {
            TenantCommand.Make(console),
            MemberCommand.Make(console),
            KeyCommand.Make(console),
            OperatorCommand.Make(console),
            RotateCommand.Make(console),
            MigrateCommand.Make(console),
        };
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var wrong in parsed.Errors)
            {
                await error.WriteLineAsync(wrong.Message);
            }

            await error.WriteLineAsync("See 'steward --help'.");
            return Unreadable;
        }

        return await parsed.InvokeAsync(new InvocationConfiguration { Output = output, Error = error });
    }
}
