namespace Steward.Platform.Masking.Rules;

/// <summary>An at sign with what may stand before it and a domain with a dot after it (RFC 5321 lengths).</summary>
internal static class EmailRule
{
    private const int MaxLocal = 64;
    private const int MaxDomain = 255;

    public static void Find(string text, List<MaskSpan> found)
    {
        for (var at = text.IndexOf('@'); at >= 0; at = text.IndexOf('@', at + 1))
        {
            var start = at;
            while (start > 0 && at - start < MaxLocal && IsLocal(text[start - 1]))
            {
                start--;
            }

            while (start < at && text[start] is '.' or '\'' or '-')
            {
                start++;
            }

            var end = at + 1;
            while (end < text.Length && end - at <= MaxDomain && (char.IsLetterOrDigit(text[end]) || text[end] is '-' or '.'))
            {
                end++;
            }

            while (end > at + 1 && text[end - 1] is '.' or '-')
            {
                end--;
            }

            if (start < at && IsDomain(text.AsSpan(at + 1, Math.Max(0, end - at - 1))))
            {
                found.Add(new MaskSpan(MaskKind.Email, start, end - start));
            }
        }
    }

    private static bool IsLocal(char c) => char.IsLetterOrDigit(c) || c is '.' or '_' or '%' or '+' or '-' or '\'' or '&' or '~';

    private static bool IsDomain(ReadOnlySpan<char> domain)
    {
        var dot = domain.LastIndexOf('.');
        return dot > 0 && domain.Length - dot > 2 && char.IsLetter(domain[dot + 1]) && domain[0] != '.';
    }
}
