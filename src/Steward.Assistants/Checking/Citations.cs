using System.Text;
using System.Text.RegularExpressions;

namespace Steward.Assistants.Checking;

/// <summary>Citation markers such as <c>[2]</c> or <c>[1, 3]</c>. A marker without a passage behind it cannot appear. Pure.</summary>
internal static partial class Citations
{
    /// <summary>The text with only the markers that name one of <paramref name="passages"/> passages, and the numbers it names.</summary>
    public static (string Text, IReadOnlyList<int> Numbers, int Removed) Keep(string text, int passages)
    {
        if (!text.Contains('['))
        {
            return (text, [], 0);
        }

        var numbers = new List<int>();
        var removed = 0;
        var cleaned = Marker().Replace(text, match =>
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
        });
        return (cleaned, numbers, removed);
    }

    /// <summary>The text without any markers: what is said, for comparison with passages.</summary>
    public static string Strip(string text) => Marker().Replace(text, "");

    [GeneratedRegex("""(?<space>\s?)\[\s*(?<n>\d{1,9})(?:\s*[,;]\s*(?<n>\d{1,9}))*\s*\]""", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex Marker();
}
