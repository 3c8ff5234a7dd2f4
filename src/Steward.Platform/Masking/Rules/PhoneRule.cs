namespace Steward.Platform.Masking.Rules;

/// <summary>
/// International numbers (E.164: at most 15 digits) by their prefix, national ones by how they are grouped or by a word for telephones
/// near them. A word for orders, parcels or the like that stands nearer wins.
/// </summary>
internal static class PhoneRule
{
    private const int Near = 45;
    private const int Nearest = 24;

    public static MaskSpan? Find(string text, DigitRun run)
    {
        var (start, end) = (run.Start, run.End);
        if (start > 0 && text[start - 1] == '(')
        {
            start--;
        }

        var plus = start > 0 && text[start - 1] == '+';
        if (plus)
        {
            start--;
        }

        // Part of a word, of an amount or of a code such as ORD-1234567.
        if ((start > 0 && (char.IsLetterOrDigit(text[start - 1]) || text[start - 1] is '#' or '-' or '_' or '$' or '€' or '£' or ':' or '='))
            && !(text[start - 1] is ':' or '=' && Cues.Before(text, start, Cues.Phones, Nearest)))
        {
            return null;
        }

        if (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] is '€' or '$' or '_' or '%'))
        {
            return null;
        }

        if (Cues.Currencies.Any(currency => text.AsSpan(end).TrimStart().StartsWith(currency, StringComparison.OrdinalIgnoreCase)))
        {
            return null;
        }

        var digits = run.Digits;
        var abroad = plus || (run.Number(text).StartsWith("00", StringComparison.Ordinal) && digits >= 10);
        if (digits is < 7 or > 17 || (!abroad && digits > 12) || IsDate(run))
        {
            return null;
        }

        var cue = Cues.Nearest(text, start, Cues.Phones, Near);
        var thing = Cues.Nearest(text, start, Cues.Things, Nearest);
        return abroad || cue > thing || (thing < 0 && (IsGrouped(text, run) || IsAlone(text, start, end)))
            ? new MaskSpan(MaskKind.Phone, start, end - start)
            : null;
    }

    /// <summary>Groupings that are used for telephones and for little else.</summary>
    private static bool IsGrouped(string text, DigitRun run)
    {
        var zero = text[run.Start] == '0';
        return run.Is(3, 3, 4) || run.Is(1, 3, 3, 4) || run.Is(2, 2, 2, 2) || run.Is(2, 3, 2, 2)
            || (zero && (run.Is(2, 2, 2, 2, 2) || run.Is(3, 4, 4) || run.Is(5, 6) || run.Is(5, 3, 3)
                || (run.Groups.Count == 2 && run.Groups[0].Length is >= 3 and <= 5 && run.Digits is >= 9 and <= 12 && run.Groups[1].Length >= 5)));
    }

    /// <summary>The answer to "what is your number?": nothing else in the text.</summary>
    private static bool IsAlone(string text, int start, int end) =>
        start <= 2 && text.Length - end <= 2 && text.AsSpan(0, start).IndexOfAnyInRange('A', 'z') < 0 && (text[start] is '0' or '(' || text.AsSpan(start, end - start).Contains(' '));

    private static bool IsDate(DigitRun run) => run.Is(2, 2, 4) || run.Is(1, 2, 4) || run.Is(2, 1, 4) || run.Is(1, 1, 4) || run.Is(4, 2, 2);
}
