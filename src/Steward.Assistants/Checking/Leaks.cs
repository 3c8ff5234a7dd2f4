using System.Text.RegularExpressions;

namespace Steward.Assistants.Checking;

/// <summary>Finds what must never leave in a reply: credentials, and the assistant's own instructions. Pure.</summary>
internal static partial class Leaks
{
    private const int Run = 48;
    private const int Stride = 12;

    // Any run of 48 holds a window of 37 that begins at a multiple of 12.
    private const int Window = Run - Stride + 1;

    /// <summary>Whether the text holds something shaped like a credential.</summary>
    public static bool HasSecret(string text) => Secret().IsMatch(text);

    /// <summary>
    /// Whether the text repeats a run of at least 48 characters of the instructions. What the passages say too may be said.
    /// </summary>
    /// <param name="text">What is to be said.</param>
    /// <param name="instructions">The instructions, made by <see cref="Flat"/>.</param>
    /// <param name="passages">The passages, made by <see cref="Flat"/>; asked for only when a run was found.</param>
    public static bool Repeats(string text, string instructions, Lazy<string> passages)
    {
        var said = Flat(text).AsSpan();
        for (var at = 0; at + Window <= said.Length; at += Stride)
        {
            var found = instructions.AsSpan().IndexOf(said.Slice(at, Window));
            if (found >= 0 && Longest(said, at, instructions, found) is { Length: >= Run } run && !passages.Value.AsSpan().Contains(run.Trim(), StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The text in small letters, with every run of white space as one space.</summary>
    public static string Flat(string text) => Spaces().Replace(text, " ").ToLowerInvariant();

    private static ReadOnlySpan<char> Longest(ReadOnlySpan<char> said, int at, ReadOnlySpan<char> rules, int found)
    {
        var before = 0;
        while (before < at && before < found && said[at - before - 1] == rules[found - before - 1])
        {
            before++;
        }

        var end = Window;
        while (at + end < said.Length && found + end < rules.Length && said[at + end] == rules[found + end])
        {
            end++;
        }

        return said[(at - before)..(at + end)];
    }

    [GeneratedRegex("""\b(?:sk|pk|rk)[-_](?:live|test|proj|ant)?[-_]?[A-Za-z0-9_-]{20,}|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{30,}|\bxox[abprs]-[A-Za-z0-9-]{10,}|\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.|-----BEGIN [A-Z ]*PRIVATE KEY-----""", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex Secret();

    [GeneratedRegex("""\s+""", RegexOptions.None, matchTimeoutMilliseconds: 100)]
    private static partial Regex Spaces();
}
