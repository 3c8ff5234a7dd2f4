namespace Steward.Platform.Masking.Rules;

/// <summary>Three, two and four digits that the Social Security Administration gives out; nine together only after a word for them.</summary>
internal static class SsnRule
{
    private const int Length = 9;

    public static bool Fits(DigitRun run, int from, int count)
    {
        var text = run.Text;
        var (start, end) = (run.Groups[from].Start, run.Groups[from + count - 1].End);
        if (!(run.Is(from, count, 3, 2, 4) && text[run.Groups[from].End] is ' ' or '-') && !(run.Is(from, count, Length) && Cues.Before(text, start, Cues.Ssns, 40)))
        {
            return false;
        }

        Span<char> number = stackalloc char[Length];
        run.Copy(from, count, number);
        return number[..3] is not ("000" or "666") && number[0] != '9' && number[3..5] is not "00" && number[5..] is not "0000"
            && (start == 0 || !char.IsLetterOrDigit(text[start - 1])) && (end == text.Length || !char.IsLetterOrDigit(text[end]));
    }
}
