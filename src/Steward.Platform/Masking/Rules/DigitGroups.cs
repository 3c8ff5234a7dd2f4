using System.Buffers;
using System.Runtime.InteropServices;

namespace Steward.Platform.Masking.Rules;

/// <summary>Digits that stand together.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct DigitGroup(int Start, int Length)
{
    public int End => Start + Length;
}

/// <summary>Groups of digits with short separators between: how people write long numbers, one or several of them side by side.</summary>
/// <param name="text">The text.</param>
/// <param name="groups">The groups.</param>
/// <param name="afterValue">Whether a value that is already found stands just before, a separator between.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly ref struct DigitRun(string text, ReadOnlySpan<DigitGroup> groups, bool afterValue)
{
    private static readonly SearchValues<char> Separators = SearchValues.Create(" -./()");

    public readonly ReadOnlySpan<DigitGroup> Groups = groups;

    public string Text => text;

    public bool AfterValue => afterValue;

    public int Count => Groups.Length;

    public int Digits(int from, int count)
    {
        var digits = 0;
        foreach (var group in Groups.Slice(from, count))
        {
            digits += group.Length;
        }

        return digits;
    }

    /// <summary>Whether so many groups have these lengths, such as 3-2-4.</summary>
    public bool Is(int from, int count, params ReadOnlySpan<int> lengths)
    {
        if (count != lengths.Length)
        {
            return false;
        }

        for (var i = 0; i < count; i++)
        {
            if (Groups[from + i].Length != lengths[i])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>What stands before a group, up to the group before it; nothing before the first.</summary>
    public ReadOnlySpan<char> Before(int group) => group == 0 || group == Count ? default : Text.AsSpan(Groups[group - 1].End, Groups[group].Start - Groups[group - 1].End);

    /// <summary>Whether all separators within are the same.</summary>
    public bool IsEven(int from, int count)
    {
        for (var i = from + 2; i < from + count; i++)
        {
            if (!Before(i).SequenceEqual(Before(from + 1)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Writes the digits of some groups; gives how many. There must be room.</summary>
    public int Copy(int from, int count, Span<char> digits)
    {
        var length = 0;
        foreach (var group in Groups.Slice(from, count))
        {
            Text.AsSpan(group.Start, group.Length).CopyTo(digits[length..]);
            length += group.Length;
        }

        return length;
    }

    /// <summary>One or two of space, hyphen, point, slash and brackets, or one of them between spaces.</summary>
    public static bool Joins(ReadOnlySpan<char> between) =>
        (between.Length is 1 or 2 || (between.Length == 3 && between[0] == ' ' && between[2] == ' ')) && !between.ContainsAnyExcept(Separators);
}
