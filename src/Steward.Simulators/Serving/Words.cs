namespace Steward.Simulators.Serving;

/// <summary>The simulator's own tokens: a word with the space before it.</summary>
internal static class Words
{
    public static List<string> Split(string text)
    {
        var tokens = new List<string>(text.Length / 5 + 1);
        var start = 0;
        for (var i = 1; i < text.Length; i++)
        {
            if (char.IsWhiteSpace(text[i]) && !char.IsWhiteSpace(text[i - 1]))
            {
                tokens.Add(text[start..i]);
                start = i;
            }
        }

        if (start < text.Length) tokens.Add(text[start..]);
        return tokens;
    }

    /// <summary>Exactly that many words in sentences of ten.</summary>
    public static string OfLength(int tokens)
    {
        var words = new string[Math.Max(tokens, 0)];
        for (var i = 0; i < words.Length; i++)
        {
            var first = i % 10 == 0;
            var last = i % 10 == 9 || i == words.Length - 1;
            words[i] = (first ? "Word" : "word") + (last ? "." : "");
        }

        return string.Join(' ', words);
    }
}
