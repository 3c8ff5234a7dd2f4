using System.Collections.Frozen;

namespace Steward.Knowledge.Extraction;

/// <summary>The columns a file of questions and answers may have, and how its delimiter is found.</summary>
internal static class CsvColumns
{
    public static readonly FrozenSet<string> Known = FrozenSet.ToFrozenSet(
        ["question", "answer", "category", "tags", "keywords", "language", "priority", "valid_from", "valid_to", "url"]);

    private static readonly char[] Delimiters = [',', ';', '\t', '|'];

    public static string Name(string header) =>
        header.Trim().Trim('"').Trim().ToLowerInvariant().Replace(' ', '_').Replace('-', '_');

    /// <summary>The delimiter under which the header has most known columns; ties go to the one that occurs most.</summary>
    public static char Delimiter(ReadOnlySpan<char> text)
    {
        var header = HeaderLine(text);
        var best = ',';
        var bestScore = -1;
        foreach (var delimiter in Delimiters)
        {
            var known = 0;
            var parts = 0;
            foreach (var range in header.Split(delimiter))
            {
                parts++;
                if (Known.Contains(Name(header[range].ToString())))
                    known++;
            }

            var score = (known * 1000) + parts;
            if (score > bestScore)
                (best, bestScore) = (delimiter, score);
        }

        return best;
    }

    public static bool LookLikeQuestions(ReadOnlySpan<char> text)
    {
        var header = HeaderLine(text);
        if (header.Length > 1000)
            return false;
        var names = header.ToString().Split(Delimiter(text)).Select(Name).ToHashSet();
        return names.Contains("question") && names.Contains("answer");
    }

    private static ReadOnlySpan<char> HeaderLine(ReadOnlySpan<char> text)
    {
        text = text.TrimStart();
        var end = text.IndexOfAny('\n', '\r');
        return end < 0 ? text : text[..end];
    }
}
