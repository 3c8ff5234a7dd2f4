using System.Text;

namespace Steward.Platform.Mail.Mime;

/// <summary>Text in a header line, as encoded words where it is not plain ASCII (RFC 2047), folded.</summary>
internal static class HeaderText
{
    // A line with an encoded word has at most 76 characters: the header's name, "=?utf-8?B?", 52 of base64, "?=".
    private const int BytesOfWord = 39;

    public static string Encode(string text)
    {
        var line = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
        if (Ascii.IsValid(line) && line.Length <= 60 && !line.Contains("=?", StringComparison.Ordinal))
        {
            return line;
        }

        return EncodedWords(line);
    }

    /// <summary><c>Name &lt;address&gt;</c>.</summary>
    public static string Address(MailBox box) => box.Name is { Length: > 0 } name
        ? $"{(name.All(c => char.IsAsciiLetterOrDigit(c) || c == ' ') && name.Length <= 60 ? name + " " : EncodedWords(name) + "\r\n ")}<{box.Address}>"
        : $"<{box.Address}>";

    private static string EncodedWords(string text) =>
        string.Join("\r\n ", Words(text).Select(word => $"=?utf-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes(word))}?="));

    /// <summary>Pieces short enough for one encoded word, never cut within a character.</summary>
    private static IEnumerable<string> Words(string text)
    {
        var (word, bytes) = (new StringBuilder(), 0);
        foreach (var rune in text.EnumerateRunes())
        {
            if (bytes + rune.Utf8SequenceLength > BytesOfWord)
            {
                yield return word.ToString();
                (word, bytes) = (new StringBuilder(), 0);
            }

            word.Append(rune);
            bytes += rune.Utf8SequenceLength;
        }

        yield return word.ToString();
    }
}
