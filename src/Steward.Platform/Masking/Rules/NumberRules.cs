namespace Steward.Platform.Masking.Rules;

/// <summary>Cards, social security numbers and telephone numbers: what a run of digits can be.</summary>
internal static class NumberRules
{
    public static void Find(string text, List<MaskSpan> found)
    {
        foreach (var run in DigitRun.In(text))
        {
            if (CardRule.Find(text, run) is { } card)
            {
                found.Add(card);
                continue;
            }

            if (SsnRule.Find(text, run) is { } ssn)
            {
                found.Add(ssn);
                continue;
            }

            if (PhoneRule.Find(text, run) is { } phone)
            {
                found.Add(phone);
            }
        }
    }
}

/// <summary>Thirteen to nineteen digits of a network's range whose last is the Luhn digit (ISO/IEC 7812-1), grouped as on a card or not at all.</summary>
internal static class CardRule
{
    public static MaskSpan? Find(string text, DigitRun run)
    {
        for (var from = 0; from < run.Groups.Count; from++)
        {
            for (var count = Math.Min(5, run.Groups.Count - from); count > 0; count--)
            {
                var part = run.Part(from, count);
                if (part.Digits is >= 13 and <= 19 && Grouped(part) && !Continues(run, from, count) && !IsInCode(text, part.Start) && IsCard(part.Number(text)))
                {
                    return new MaskSpan(MaskKind.Card, part.Start, part.End - part.Start);
                }
            }
        }

        return null;
    }

    private static bool Grouped(DigitRun part) =>
        part.Groups.Count == 1 || part.Is(4, 6, 5) || part.Is(4, 6, 4)
        || (part.Groups.Count >= 4 && part.Groups.SkipLast(1).All(group => group.Length == 4) && part.Groups[^1].Length <= 4);

    /// <summary>Four digits more on either side: a longer number, such as a parcel's.</summary>
    private static bool Continues(DigitRun run, int from, int count) =>
        count > 1 && ((from > 0 && run.Groups[from - 1].Length == 4) || (from + count < run.Groups.Count && run.Groups[from + count].Length == 4));

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

    private static bool IsCard(string number) => InRange(number) && Luhn(number);

    private static bool InRange(string number)
    {
        var (two, three, four) = (int.Parse(number.AsSpan(0, 2)), int.Parse(number.AsSpan(0, 3)), int.Parse(number.AsSpan(0, 4)));
        return number.Length switch
        {
            13 => number[0] == '4',
            14 => two is 36 or 38 or 39 || three is >= 300 and <= 305,
            15 => two is 34 or 37,
            16 => number[0] == '4' || two is >= 50 and <= 69 || four is >= 2221 and <= 2720 || four is >= 3528 and <= 3589,
            _ => number[0] == '4' || two is 50 or (>= 56 and <= 69) || four is >= 3528 and <= 3589,
        };
    }

    private static bool Luhn(string number)
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

/// <summary>Three, two and four digits that the Social Security Administration gives out; nine together only after a word for them.</summary>
internal static class SsnRule
{
    public static MaskSpan? Find(string text, DigitRun run)
    {
        for (var from = 0; from < run.Groups.Count; from++)
        {
            foreach (var count in (ReadOnlySpan<int>)[3, 1])
            {
                if (from + count <= run.Groups.Count && run.Part(from, count) is var part && Fits(text, part))
                {
                    return new MaskSpan(MaskKind.Ssn, part.Start, part.End - part.Start);
                }
            }
        }

        return null;
    }

    private static bool Fits(string text, DigitRun part)
    {
        if (!(part.Is(3, 2, 4) && text[part.Groups[0].End] is ' ' or '-') && !(part.Is(9) && Cues.Before(text, part.Start, Cues.Ssns, 40)))
        {
            return false;
        }

        var number = part.Number(text);
        return number[..3] is not ("000" or "666") && number[0] != '9' && number[3..5] != "00" && number[5..] != "0000"
            && (part.Start == 0 || !char.IsLetterOrDigit(text[part.Start - 1])) && (part.End == text.Length || !char.IsLetterOrDigit(text[part.End]));
    }
}
