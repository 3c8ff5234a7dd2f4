using System.Text;
using System.Text.RegularExpressions;

namespace Steward.Assistants.Checking;

/// <summary>Citation markers such as <c>[2]</c> or <c>[1, 3]</c>. A marker without a passage behind it cannot appear. Pure.</summary>
internal static partial class Citations
{
    /// <summary>
    /// The text with only the markers that name one of <paramref name="passages"/> passages, and the numbers it names. An address behind
    /// a marker goes: a model could only have invented it. What stands in backticks is code and stays as it is.
    /// </summary>
    public static (string Text, IReadOnlyList<int> Numbers, int Removed) Keep(string text, int passages)
    {
        if (!text.Contains('['))
        {
            return (text, [], 0);
        }

        var removed = 0;
        string before;
        var numbers = new List<int>();
        do
        {
            // What is left around a removed marker may have become one: "[[9]1]".
            before = text;
            numbers.Clear();
            text = Marker().Replace(before, match => match.Groups["code"].Success ? match.Value : Kept(match, passages, numbers, ref removed));
        }
        while (text != before);

        return (text, numbers, removed);
    }

    /// <summary>The text without any markers: what is said, for comparison with passages.</summary>
    public static string Strip(string text) => Marker().Replace(text, match => match.Groups["code"].Value);

    /// <summary>The markers that a text begins with; empty when it begins with anything else.</summary>
    public static string Leading(string text) => Leads().Match(text).Value;

    private static string Kept(Match match, int passages, List<int> numbers, ref int removed)
    {
        var kept = new StringBuilder();
        foreach (var part in match.Groups["n"].Captures.Select(capture => capture.Value))
        {
            if (int.TryParse(part, out var n) && n >= 1 && n <= passages)
            {
                numbers.Add(n);
                kept.Append('[').Append(n).Append(']');
            }
            else
            {
                removed++;
            }
        }

        return kept.Length == 0 ? "" : match.Groups["space"].Value + kept;
    }

    [GeneratedRegex("""(?<code>`[^`\n]*`)|(?<space>\s?)\[\s*(?<n>[0-9]+)(?:\s*[,;]\s*(?<n>[0-9]+))*\s*\](?:\((?:[a-z]+:|//?|www\.|\#)[^()\s]*\))?""", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Marker();

    [GeneratedRegex("""^(?:\s*\[\s*[0-9]+(?:\s*[,;]\s*[0-9]+)*\s*\])+""", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Leads();
}
