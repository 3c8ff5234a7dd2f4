using System.Globalization;

namespace Steward.Platform.Masking.Rules;

/// <summary>Thirteen to nineteen digits of a network's range whose last is the Luhn digit (ISO/IEC 7812-1), grouped as on a card or not at all.</summary>
internal static class CardRule
{
    private const int Longest = 19;

    public static bool Fits(DigitRun run, int from, int count, bool free, ReadOnlySpan<bool> begins)
    {
        if (count > 5 || run.Digits(from, count) is < 13 or > Longest || !Grouped(run, from, count) || Continues(run, from, count, free, begins) || IsInCode(run.Text, run.Groups[from].Start))
        {
            return false;
        }

        Span<char> digits = stackalloc char[Longest];
        var number = digits[..run.Copy(from, count, digits)];
        return InRange(number) && Luhn(number);
    }

    private static bool Grouped(DigitRun run, int from, int count) =>
        count == 1 || run.Is(from, count, 4, 6, 5) || run.Is(from, count, 4, 6, 4) || (count >= 4 && Fours(run, from, count - 1) && run.Groups[from + count - 1].Length <= 4);

    private static bool Fours(DigitRun run, int from, int count)
    {
        foreach (var group in run.Groups.Slice(from, count))
        {
            if (group.Length != 4)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Four digits more on either side that are no value, no expiry date and not alone: a longer number, such as a parcel's.
    /// </summary>
    private static bool Continues(DigitRun run, int from, int count, bool free, ReadOnlySpan<bool> begins)
    {
        if (count == 1)
        {
            return false;
        }

        var end = from + count;
        var alone = end == run.Count && count == 4 && (from == 1 || (from > 1 && run.Groups[from - 2].Length != 4));
        return (from > 0 && !free && !alone && run.Groups[from - 1].Length == 4 && !IsExpiry(run, from - 1))
            || (end < run.Count - 1 && run.Groups[end].Length == 4 && !begins[end] && !IsExpiry(run, end));
    }

    /// <summary>A month and a year, such as 0428, or a year.</summary>
    private static bool IsExpiry(DigitRun run, int group)
    {
        var digits = run.Text.AsSpan(run.Groups[group].Start, 4);
        var (first, last) = (int.Parse(digits[..2], CultureInfo.InvariantCulture), int.Parse(digits[2..], CultureInfo.InvariantCulture));
        return first is (>= 1 and <= 12) or 20 && last is >= 20 and <= 50;
    }

    /// <summary>Letters just before with a digit before them, such as a parcel's 1Z: part of a longer code.</summary>
    private static bool IsInCode(string text, int start)
    {
        var at = start;
        while (at > 0 && start - at < 8 && char.IsLetter(text[at - 1]))
        {
            at--;
        }

        return at < start && at > 0 && char.IsDigit(text[at - 1]);
    }

    private static bool InRange(ReadOnlySpan<char> number)
    {
        var four = int.Parse(number[..4], CultureInfo.InvariantCulture);
        var (two, three) = (four / 100, four / 10);
        return number.Length switch
        {
            13 => number[0] == '4',
            14 => two is 36 or 38 or 39 || three is >= 300 and <= 305,
            15 => two is 34 or 37,
            16 => number[0] == '4' || two is >= 50 and <= 69 || four is >= 2221 and <= 2720 || four is >= 3528 and <= 3589,
            _ => number[0] == '4' || two is 50 or (>= 56 and <= 69) || four is >= 3528 and <= 3589,
        };
    }

    private static bool Luhn(ReadOnlySpan<char> number)
    {
        var sum = 0;
        for (var i = 0; i < number.Length; i++)
        {
            var digit = number[^(i + 1)] - '0';
            sum += i % 2 == 0 ? digit : digit > 4 ? (digit * 2) - 9 : digit * 2;
        }

        return sum % 10 == 0;
    }
}
