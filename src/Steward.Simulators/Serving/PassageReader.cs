namespace Steward.Simulators.Serving;

/// <summary>Finds passage 1 of a prompt and quotes it, as a good model told to cite its sources would.</summary>
internal static class PassageReader
{
    /// <summary>The first sentence of passage 1 with its marker, or null when the text has no passages.</summary>
    public static string? Quote(string text)
    {
        var start = StartOf(text, 1, 0);
        if (start < 0) return null;
        var end = StartOf(text, 2, start);
        var passage = text.AsSpan(start, (end < 0 ? text.Length : end) - start).Trim();
        passage = passage[passage.IndexOf(']')..][1..].Trim();
        var line = passage.IndexOf('\n');
        if (line >= 0 && !passage[line..].Trim().IsEmpty) passage = passage[line..].Trim();
        return string.Concat(FirstSentence(passage), " [1]");
    }

    private static int StartOf(string text, int number, int from)
    {
        var marker = $"[{number}] ";
        for (var at = text.IndexOf(marker, from, StringComparison.Ordinal); at >= 0; at = text.IndexOf(marker, at + 1, StringComparison.Ordinal))
        {
            if (OpensLine(text, at)) return at;
        }

        return -1;
    }

    private static bool OpensLine(string text, int at)
    {
        while (at > 0 && text[at - 1] is ' ' or '#' or '-' or '*') at--;
        return at == 0 || text[at - 1] == '\n';
    }

    private static ReadOnlySpan<char> FirstSentence(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n') return text[..i].TrimEnd();
            if (text[i] is '.' or '!' or '?' && (i + 1 == text.Length || char.IsWhiteSpace(text[i + 1]))) return text[..(i + 1)];
        }

        return text;
    }
}
