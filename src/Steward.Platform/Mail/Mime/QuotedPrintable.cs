using System.Text;

namespace Steward.Platform.Mail.Mime;

/// <summary>Quoted-printable (RFC 2045, section 6.7): lines of at most 76 ASCII characters, readable where the text is.</summary>
internal static class QuotedPrintable
{
    private const int MostOfLine = 76;
    private const string Hex = "0123456789ABCDEF";

    /// <summary>Encodes UTF-8 text; line ends of any kind become CRLF.</summary>
    public static string Encode(string text)
    {
        var result = new StringBuilder(text.Length + (text.Length / 8));
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            EncodeLine(Encoding.UTF8.GetBytes(line), result);
            result.Append("\r\n");
        }

        // The last line end was not in the text.
        result.Length -= 2;
        return result.ToString();
    }

    private static void EncodeLine(byte[] line, StringBuilder result)
    {
        var column = 0;
        for (var i = 0; i < line.Length; i++)
        {
            var plain = line[i] is >= 33 and <= 126 and not (byte)'=' || (line[i] is (byte)' ' or (byte)'\t' && i < line.Length - 1);
            var width = plain ? 1 : 3;
            // A soft line break is one character, which only the last unit of a line may take for itself.
            if (column + width > (i == line.Length - 1 ? MostOfLine : MostOfLine - 1))
            {
                result.Append("=\r\n");
                column = 0;
            }

            if (plain)
            {
                result.Append((char)line[i]);
            }
            else
            {
                result.Append('=').Append(Hex[line[i] >> 4]).Append(Hex[line[i] & 15]);
            }

            column += width;
        }
    }
}
