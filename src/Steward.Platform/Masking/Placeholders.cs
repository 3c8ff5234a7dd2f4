namespace Steward.Platform.Masking;

/// <summary>The form of a placeholder: <c>[[EMAIL_1]]</c>.</summary>
internal static class Placeholders
{
    public const string Open = "[[";

    /// <summary>Longest placeholder there can be; a longer one is text.</summary>
    public const int MaxLength = 24;

    public static string Of(MaskKind kind, int number) => $"[[{kind.ToString().ToUpperInvariant()}_{number}]]";

    /// <summary>Length of the placeholder that begins at a place, in any case of letters; 0 when none does.</summary>
    public static int LengthAt(ReadOnlySpan<char> text, int at)
    {
        var end = at + 2;
        while (end < text.Length && end - at < MaxLength - 2 && IsInner(text[end]))
        {
            end++;
        }

        return text[at..].StartsWith(Open) && end > at + 2 && end + 1 < text.Length && text[end] == ']' && text[end + 1] == ']' ? end + 2 - at : 0;
    }

    /// <summary>Whether a text that ends here may still become a placeholder.</summary>
    public static bool MayBecome(ReadOnlySpan<char> tail)
    {
        if (tail.Length >= MaxLength || tail.IsEmpty || tail[0] != '[' || (tail.Length > 1 && tail[1] != '['))
        {
            return false;
        }

        var at = Math.Min(2, tail.Length);
        while (at < tail.Length && IsInner(tail[at]))
        {
            at++;
        }

        return at == tail.Length || (at == tail.Length - 1 && at > 2 && tail[at] == ']');
    }

    private static bool IsInner(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';
}
