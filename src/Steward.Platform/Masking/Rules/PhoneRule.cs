namespace Steward.Platform.Masking.Rules;

/// <summary>
/// International numbers (E.164: at most 15 digits) by their prefix, national ones by how they are grouped or by a word for telephones
/// near them. A word for orders, parcels or the like that stands nearer wins.
/// </summary>
internal readonly ref struct PhoneRule
{
    /// <summary>Most groups of one number.</summary>
    public const int MaxGroups = 16;

    private const int Near = 45;
    private const int Nearest = 24;
    private const int Longest = 17;
    private const int LongestAtHome = 12;

    private readonly DigitRun _run;
    private readonly int _start;
    private readonly bool _plus;
    private readonly bool _blockedAtStart;
    private readonly bool _blockedAtEnd;
    private readonly bool _cued;
    private readonly bool _thing;

    public PhoneRule(DigitRun run)
    {
        var text = run.Text;
        _run = run;
        _start = run.Groups[0].Start;
        if (_start > 0 && text[_start - 1] == '(')
        {
            _start--;
        }

        if (_start > 0 && text[_start - 1] == '+')
        {
            (_plus, _start) = (true, _start - 1);
        }

        _blockedAtStart = !run.AfterValue && (_plus ? _start > 0 && char.IsLetterOrDigit(text[_start - 1]) : IsCodeBefore(text, _start));
        _blockedAtEnd = IsMoreAfter(text, run.Groups[^1].End);
        var cue = Cues.Nearest(text, _start, Cues.Phones, Near);
        var thing = Cues.Nearest(text, _start, Cues.Things, Nearest);
        (_cued, _thing) = (cue > thing, thing >= 0 && thing >= cue && !run.AfterValue);
    }

    /// <summary>Where the number begins whose first group this is.</summary>
    public int Start(int group) => group == 0 ? _start : _run.Groups[group].Start - (_run.Before(group).EndsWith("(") ? 1 : 0);

    /// <summary>Whether these groups are a telephone number, given whether the group before is left over and where others begin.</summary>
    /// <param name="loose">Whether only a word near it says so.</param>
    public bool Fits(int from, int count, bool free, ReadOnlySpan<bool> begins, out bool loose)
    {
        loose = false;
        var end = from + count;
        var digits = _run.Digits(from, count);
        if (digits is < 7 or > Longest || (from == 0 && _blockedAtStart) || (end == _run.Count && _blockedAtEnd) || IsDate(from, count))
        {
            return false;
        }

        var whole = from == 0 && end == _run.Count;
        var abroad = (from == 0 && _plus) || (IsAbroad(from) && digits >= 10);
        if (!abroad && digits > LongestAtHome)
        {
            return false;
        }

        var pairs = AllPairs(from, count);
        if (!whole && !abroad && pairs && !_run.IsEven(from, count))
        {
            return false;
        }

        // All of the run, or all between two other values: here a word near it is enough.
        if (whole || (_cued && free && begins[end] && (end == _run.Count || from == 0) && digits <= LongestAtHome))
        {
            loose = true;
            return abroad || _cued || (!_thing && (IsGrouped(from, count) || IsAlone()));
        }

        // A part of the run: the word for an order was for what is left over before it.
        return (abroad || (!(_thing && from == 0) && (IsGrouped(from, count) || (_cued && (_run.Is(from, count, 3, 3, 3) || count == 1)))))
            && (free || (!pairs && IsCutBefore(from, from, count)))
            && (begins[end] || (from == 0 && _plus) || (pairs ? (_cued || _run.Text[_run.Groups[from].Start] == '0') && _run.Groups[end].Length != 2 : IsCutBefore(end, from, count) || GoesOnAfter(from, count)));
    }

    /// <summary>Whether what stands before a group sets it off from the number beside it.</summary>
    private bool IsCutBefore(int group, int from, int count)
    {
        var between = _run.Before(group);
        var within = count > 1 ? _run.Before(from + count - 1) : default;
        return between.ContainsAny(" (/") && (!between.SequenceEqual(within) || _cued || between.Contains('('));
    }

    /// <summary>Numbers with a zero for the way out of town or country end where they must, whatever comes after a space.</summary>
    private bool GoesOnAfter(int from, int count) =>
        _run.Text[_run.Groups[from].Start] == '0' && _run.Before(from + count).ContainsAny(" /") && !_run.Is(from, Math.Min(count, 3), 4, 4, 4);

    /// <summary>Two zeros and a country, which never begins with a third.</summary>
    private bool IsAbroad(int group)
    {
        var digits = _run.Text.AsSpan(_run.Groups[group].Start, _run.Groups[group].Length);
        return digits.StartsWith("00") && (group == 0 || (digits.Length > 2 && digits[2] != '0'));
    }

    /// <summary>Part of a word, of an amount or of a code such as ORD-1234567.</summary>
    private static bool IsCodeBefore(string text, int start)
    {
        if (start == 0)
        {
            return false;
        }

        var emphasized = text[start - 1] == '_' && (start == 1 || !char.IsLetterOrDigit(text[start - 2]));
        return !emphasized && (char.IsLetterOrDigit(text[start - 1]) || text[start - 1] is '#' or '-' or '_' or '$' or '€' or '£' or ':' or '=')
            && !(text[start - 1] is ':' or '=' && Cues.Before(text, start, Cues.Phones, Nearest));
    }

    private static bool IsMoreAfter(string text, int end)
    {
        if (end == text.Length)
        {
            return false;
        }

        var emphasized = text[end] == '_' && (end + 1 == text.Length || !char.IsLetterOrDigit(text[end + 1]));
        if (!emphasized && (char.IsLetterOrDigit(text[end]) || text[end] is '€' or '$' or '_' or '%'))
        {
            return true;
        }

        var after = text.AsSpan(end).TrimStart();
        foreach (var currency in Cues.Currencies)
        {
            if (after.StartsWith(currency, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Groupings that are used for telephones and for little else.</summary>
    private bool IsGrouped(int from, int count)
    {
        var zero = _run.Text[_run.Groups[from].Start] == '0';
        return _run.Is(from, count, 3, 3, 4) || _run.Is(from, count, 1, 3, 3, 4) || _run.Is(from, count, 2, 2, 2, 2) || _run.Is(from, count, 2, 3, 2, 2)
            || (zero && (_run.Is(from, count, 2, 2, 2, 2, 2) || _run.Is(from, count, 3, 4, 4) || _run.Is(from, count, 5, 6) || _run.Is(from, count, 5, 3, 3)
                || (count == 2 && _run.Groups[from].Length is >= 3 and <= 5 && _run.Digits(from, 2) is >= 9 and <= LongestAtHome && _run.Groups[from + 1].Length >= 5)));
    }

    /// <summary>Short groups that also dates, times and lists have.</summary>
    private bool AllPairs(int from, int count)
    {
        foreach (var group in _run.Groups.Slice(from, count))
        {
            if (group.Length > 3)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The answer to "what is your number?": nothing else in the text.</summary>
    private bool IsAlone()
    {
        var (text, end) = (_run.Text, _run.Groups[^1].End);
        return _start <= 2 && text.Length - end <= 2 && text.AsSpan(0, _start).IndexOfAnyInRange('A', 'z') < 0 && (text[_start] is '0' or '(' || text.AsSpan(_start, end - _start).Contains(' '));
    }

    private bool IsDate(int from, int count) =>
        _run.Is(from, count, 2, 2, 4) || _run.Is(from, count, 1, 2, 4) || _run.Is(from, count, 2, 1, 4) || _run.Is(from, count, 1, 1, 4) || _run.Is(from, count, 4, 2, 2);
}
