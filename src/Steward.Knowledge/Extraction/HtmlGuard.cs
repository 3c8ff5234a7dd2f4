namespace Steward.Knowledge.Extraction;

/// <summary>
/// Reads the tags before the parser does, in one pass and constant memory: a page may be small and still cost a parser
/// gigabytes by nesting, by numbers, or by formatting tags left open that are opened again in every later block.
/// </summary>
internal static class HtmlGuard
{
    private const long MaxReopened = 2_000_000;
    private static readonly HashSet<string> Void = new(StringComparer.OrdinalIgnoreCase)
        { "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr" };

    // Their end tags may be left out, so an open one says nothing about depth.
    private static readonly HashSet<string> SelfEnding = new(StringComparer.OrdinalIgnoreCase)
        { "p", "li", "dt", "dd", "option", "optgroup", "tr", "td", "th", "thead", "tbody", "tfoot", "colgroup", "rt", "rp" };

    private static readonly HashSet<string> Formatting = new(StringComparer.OrdinalIgnoreCase)
        { "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u" };

    public static void Check(string html, ExtractionLimits limits)
    {
        if (html.Length > limits.MaxHtmlChars)
            throw TooComplex($"The page has more than {limits.MaxHtmlChars:N0} characters.");
        int tags = 0, depth = 0, formatting = 0;
        long reopened = 0;
        for (var at = html.IndexOf('<', StringComparison.Ordinal); at >= 0; at = html.IndexOf('<', at + 1))
        {
            var closing = at + 1 < html.Length && html[at + 1] == '/';
            var start = at + (closing ? 2 : 1);
            var end = start;
            while (end < html.Length && end - start < 16 && char.IsAsciiLetterOrDigit(html[end]))
                end++;
            if (end == start)
                continue;
            if (++tags > limits.MaxHtmlTags)
                throw TooComplex($"The page has more than {limits.MaxHtmlTags:N0} tags.");
            var name = html[start..end];
            if (Void.Contains(name) || SelfEnding.Contains(name))
            {
                reopened += formatting;
            }
            else
            {
                depth = closing ? Math.Max(0, depth - 1) : depth + 1;
                if (Formatting.Contains(name))
                    formatting = closing ? Math.Max(0, formatting - 1) : formatting + 1;
                else
                    reopened += formatting;
            }

            if (depth > limits.MaxHtmlDepth)
                throw TooComplex($"The page nests more than {limits.MaxHtmlDepth} elements.");
            if (reopened > MaxReopened)
                throw TooComplex("The page leaves too many formatting tags open.");
        }
    }

    private static SourceRejectedException TooComplex(string sentence) =>
        new("knowledge.html_too_complex", sentence + " Send a simpler page.");
}
