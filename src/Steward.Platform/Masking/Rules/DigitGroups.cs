using System.Buffers;
using System.Runtime.InteropServices;

namespace Steward.Platform.Masking.Rules;

/// <summary>Digits that stand together.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct DigitGroup(int Start, int Length)
{
    public int End => Start + Length;
}

/// <summary>Groups of digits with short separators between: how people write long numbers.</summary>
internal sealed class DigitRun(List<DigitGroup> groups)
{
    /// <summary>Longer runs are tables, not numbers of people; they are cut.</summary>
    public const int MaxGroups = 16;

    private static readonly SearchValues<char> Separators = SearchValues.Create(" -./()\u00A0\u2011");

    public IReadOnlyList<DigitGroup> Groups => groups;

    public int Start => groups[0].Start;

    public int End => groups[^1].End;

    public int Digits => groups.Sum(group => group.Length);

    public DigitRun Part(int from, int count) => new(groups.GetRange(from, count));

    /// <summary>The lengths of the groups, such as 3-2-4.</summary>
    public bool Is(params ReadOnlySpan<int> lengths)
    {
        if (groups.Count != lengths.Length)
        {
            return false;
        }

        for (var i = 0; i < lengths.Length; i++)
        {
            if (groups[i].Length != lengths[i])
            {
                return false;
            }
        }

        return true;
    }

    public string Number(string text) => string.Concat(groups.Select(group => text.AsSpan(group.Start, group.Length).ToString()));

    /// <summary>All runs of a text, in one pass. Between groups stand one or two of space, hyphen, point, slash and brackets.</summary>
    public static IEnumerable<DigitRun> In(string text)
    {
        var groups = new List<DigitGroup>();
        for (var i = 0; i < text.Length;)
        {
            if (!char.IsAsciiDigit(text[i]))
            {
                i++;
                continue;
            }

            var end = i;
            while (end < text.Length && char.IsAsciiDigit(text[end]))
            {
                end++;
            }

            if (groups.Count > 0 && (groups.Count == MaxGroups || !Joins(text.AsSpan(groups[^1].End, i - groups[^1].End))))
            {
                yield return new DigitRun(groups);
                groups = [];
            }

            groups.Add(new DigitGroup(i, end - i));
            i = end;
        }

        if (groups.Count > 0)
        {
            yield return new DigitRun(groups);
        }
    }

    private static bool Joins(ReadOnlySpan<char> between) => between.Length is 1 or 2 && !between.ContainsAnyExcept(Separators);
}
