using System.Text.RegularExpressions;

namespace Steward.Assistants.Checking;

/// <summary>Finds what must never leave in a reply: credentials, and the assistant's own instructions. Pure.</summary>
internal static partial class Leaks
{
    private const int Run = 48;

    /// <summary>Whether the text holds something shaped like a credential.</summary>
    public static bool HasSecret(string text) => Secret().IsMatch(text);

    /// <summary>Whether the text repeats a run of at least 48 characters of the instructions, whatever its spacing.</summary>
    public static bool Repeats(string text, string instructions)
    {
        var said = Flat(text);
        if (said.Length < Run)
        {
            return false;
        }

        var rules = Flat(instructions);
        for (var at = 0; at + Run <= said.Length; at += Run / 4)
        {
            if (rules.AsSpan().IndexOf(said.AsSpan(at, Run), StringComparison.OrdinalIgnoreCase) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    private static string Flat(string text) => Spaces().Replace(text, " ");

    [GeneratedRegex("""\b(?:sk|pk|rk)[-_](?:live|test|proj|ant)?[-_]?[A-Za-z0-9_-]{20,}|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{30,}|\bxox[abprs]-[A-Za-z0-9-]{10,}|\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.|-----BEGIN [A-Z ]*PRIVATE KEY-----""", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex Secret();

    [GeneratedRegex("""\s+""", RegexOptions.None, matchTimeoutMilliseconds: 100)]
    private static partial Regex Spaces();
}
