using System.Collections.Frozen;

namespace Steward.Search.Chunking;

/// <summary>Finds where sentences end, in a whole text or in one that is still being written.</summary>
public static class SentenceSplitter
{
    private static readonly FrozenSet<string> _abbreviations = (
        "mr mrs ms dr prof st jr sr no nr nos vs e.g i.e eg ie cf etc approx ca incl excl ext fig vol pp p tel dept min max est inc ltd co corp "
        + "jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun a.m p.m u.s u.k z.b d.h bzw usw str ggf evtl")
        .Split(' ').ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> _lookup =
        _abbreviations.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>
    /// Cuts <paramref name="text"/> into sentences. The ranges have no white space around them, are in order, do not overlap, and
    /// leave out nothing but white space. A blank line and the start of a list item end a sentence too.
    /// </summary>
    public static IReadOnlyList<Range> Split(ReadOnlySpan<char> text)
    {
        var sentences = new List<Range>();
        var start = SkipWhiteSpace(text, 0);
        while (start < text.Length)
        {
            var end = FindEnd(text, start, complete: true);
            var trimmed = end;
            while (trimmed > start && char.IsWhiteSpace(text[trimmed - 1]))
            {
                trimmed--;
            }

            sentences.Add(start..trimmed);
            start = SkipWhiteSpace(text, end);
        }

        return sentences;
    }

    /// <summary>
    /// The end (exclusive) of the first sentence that starts at <paramref name="start"/>, or -1 when more text is needed to decide.
    /// </summary>
    /// <param name="text">The text so far.</param>
    /// <param name="start">Where the sentence starts.</param>
    /// <param name="complete">True when nothing will follow; then the end of the text ends the last sentence.</param>
    public static int FindEnd(ReadOnlySpan<char> text, int start, bool complete)
    {
        for (var i = start; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\n' && EndsAtLineBreak(text, start, i, complete, out var undecided))
            {
                return undecided ? -1 : i;
            }

            if (c is '。' or '！' or '？' or '｡')
            {
                var close = AfterClosing(text, i + 1);
                return close < text.Length || complete ? close : -1;
            }

            if (c is not ('.' or '!' or '?' or '…'))
            {
                continue;
            }

            var end = AfterTerminators(text, i + 1);
            if (end >= text.Length)
            {
                return complete ? text.Length : -1;
            }

            if (!char.IsWhiteSpace(text[end]))
            {
                i = end - 1;
                continue;
            }

            var next = SkipWhiteSpace(text, end);
            if (next >= text.Length)
            {
                // After a full stop a small letter would go on with the sentence.
                return complete || c != '.' ? end : -1;
            }

            if (c is '.' && (IsAbbreviation(text, start, i) || IsListNumber(text, start, i) || char.IsLower(text[next])))
            {
                i = end - 1;
                continue;
            }

            return end;
        }

        return complete ? text.Length : -1;
    }

    private static bool EndsAtLineBreak(ReadOnlySpan<char> text, int start, int index, bool complete, out bool undecided)
    {
        undecided = false;
        if (text[start..index].IsWhiteSpace())
        {
            return false;
        }

        var i = index + 1;
        while (i < text.Length && text[i] is ' ' or '\t' or '\r')
        {
            i++;
        }

        if (i >= text.Length)
        {
            undecided = !complete;
            return true;
        }

        if (text[i] is '\n' or '#' or '|' or '•')
        {
            return true;
        }

        if (text[i] is '-' or '*' or '+')
        {
            undecided = i + 1 >= text.Length && !complete;
            return i + 1 >= text.Length || text[i + 1] == ' ';
        }

        var digits = i;
        while (digits < text.Length && char.IsAsciiDigit(text[digits]))
        {
            digits++;
        }

        if (!complete && digits - i <= 3 && digits + 1 >= text.Length && (digits > i || digits == text.Length))
        {
            undecided = true;
            return true;
        }

        return digits > i && digits - i <= 3 && digits + 1 < text.Length && text[digits] is '.' or ')' && text[digits + 1] == ' ';
    }

    private static int AfterTerminators(ReadOnlySpan<char> text, int index)
    {
        while (index < text.Length && text[index] is '.' or '!' or '?' or '…')
        {
            index++;
        }

        return AfterClosing(text, index);
    }

    private static int AfterClosing(ReadOnlySpan<char> text, int index)
    {
        while (index < text.Length && text[index] is '"' or '\'' or ')' or ']' or '”' or '’' or '»' or '」' or '』' or '）' or '*' or '_')
        {
            index++;
        }

        // Citation marks such as [1] belong to the sentence they support.
        while (index < text.Length && text[index] == '[')
        {
            var close = text[index..].IndexOf(']');
            if (close is < 2 or > 4 || text.Slice(index + 1, close - 1).ContainsAnyExceptInRange('0', '9'))
            {
                break;
            }

            index += close + 1;
        }

        return index;
    }

    private static bool IsAbbreviation(ReadOnlySpan<char> text, int start, int dot)
    {
        var from = dot;
        while (from > start && (char.IsLetter(text[from - 1]) || (text[from - 1] == '.' && from < dot)))
        {
            from--;
        }

        var word = text[from..dot];
        return word.Length > 0 && ((word.Length == 1 && char.IsUpper(word[0])) || _lookup.Contains(word));
    }

    /// <summary>"1. First" at the start of a line is an item's number, not a sentence.</summary>
    private static bool IsListNumber(ReadOnlySpan<char> text, int start, int dot)
    {
        var digits = text[start..dot];
        return digits.Length is > 0 and <= 3 && !digits.ContainsAnyExceptInRange('0', '9');
    }

    private static int SkipWhiteSpace(ReadOnlySpan<char> text, int index)
    {
        while (index < text.Length && char.IsWhiteSpace(text[index]))
        {
            index++;
        }

        return index;
    }
}
