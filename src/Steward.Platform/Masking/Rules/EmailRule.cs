using System.Globalization;

namespace Steward.Platform.Masking.Rules;

/// <summary>An at sign, or its escape in a link, with what may stand before it and a domain with a dot after it (RFC 5321 and 6531). Long ones are masked whole.</summary>
internal static class EmailRule
{
    private const int MaxLocal = 256;
    private const int MaxDomain = 255;
    private const string Escaped = "%40";

    public static void Find(string text, List<MaskSpan> found)
    {
        for (var at = text.IndexOf('@'); at >= 0; at = text.IndexOf('@', at + 1))
        {
            Take(text, at, at + 1, found);
        }

        for (var at = text.IndexOf(Escaped, StringComparison.Ordinal); at >= 0; at = text.IndexOf(Escaped, at + 1, StringComparison.Ordinal))
        {
            Take(text, at, at + Escaped.Length, found);
        }
    }

    private static void Take(string text, int at, int after, List<MaskSpan> found)
    {
        var start = at;
        while (start > 0 && at - start < MaxLocal && IsLocal(text, start - 1))
        {
            start--;
        }

        while (start < at && text[start] is '.' or '\'' or '-')
        {
            start++;
        }

        var end = after;
        while (end < text.Length && end - after < MaxDomain && (IsWord(text, end) || text[end] is '-' or '.'))
        {
            end++;
        }

        if (start < at && DomainLength(text.AsSpan(after, end - after)) is var domain and > 0)
        {
            found.Add(new MaskSpan(MaskKind.Email, start, after + domain - start));
        }
    }

    /// <summary>
    /// How far a domain goes: to the last label that can be a top-level one. It begins with a letter and has no hyphen, but for those of
    /// other scripts, so a number that follows is not of it. 0 when there is no domain.
    /// </summary>
    private static int DomainLength(ReadOnlySpan<char> text)
    {
        var length = 0;
        var dot = text.StartsWith(".") ? -1 : text.IndexOf('.');
        while (dot > 0)
        {
            var label = text[(dot + 1)..];
            var next = label.IndexOf('.');
            label = next < 0 ? label : label[..next];
            var hyphen = label.StartsWith("xn--", StringComparison.OrdinalIgnoreCase) ? label.TrimEnd('-').Length : label.IndexOf('-');
            var top = hyphen < 0 ? label : label[..hyphen];
            if (top.Length > 1 && (char.IsLetter(top[0]) || char.IsSurrogate(top[0])))
            {
                length = dot + 1 + top.Length;
            }

            dot = next < 0 ? -1 : dot + 1 + next;
        }

        return length;
    }

    private static bool IsLocal(string text, int at) => IsWord(text, at) || text[at] is '.' or '_' or '%' or '+' or '-' or '\'' or '&' or '~';

    /// <summary>Letters and digits of all scripts, with the marks that some of them are written with.</summary>
    private static bool IsWord(string text, int at)
    {
        var c = text[at];
        if (c < '\u0080')
        {
            return char.IsAsciiLetterOrDigit(c);
        }

        var category = char.IsLowSurrogate(c) && at > 0 ? CharUnicodeInfo.GetUnicodeCategory(text, at - 1) : CharUnicodeInfo.GetUnicodeCategory(text, at);
        return category is <= UnicodeCategory.OtherLetter or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.DecimalDigitNumber;
    }
}
