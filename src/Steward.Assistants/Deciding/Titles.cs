namespace Steward.Assistants.Deciding;

/// <summary>A conversation's generated title: the customer's first question, shortened at a word. Pure.</summary>
internal static class Titles
{
    private const int Most = 60;

    public static string Of(string firstMessage)
    {
        var line = firstMessage.ReplaceLineEndings(" ").Trim().TrimEnd('.', '!', '?', ' ');
        if (line.Length > Most)
        {
            var space = line.LastIndexOf(' ', Most - 1);
            var end = space > Most / 2 ? space : Most - 1;
            line = string.Concat(line.AsSpan(0, char.IsHighSurrogate(line[end - 1]) ? end - 1 : end), "…");
        }

        return line.Length == 0 ? "Conversation" : char.ToUpperInvariant(line[0]) + line[1..];
    }
}
