using System.Text;

namespace Steward.Knowledge.Extraction;

/// <summary>Bytes to text: byte order mark, then strict UTF-8, then Windows-1252, which maps every byte.</summary>
internal static class DecodedText
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly Encoding Western =
        CodePagesEncodingProvider.Instance.GetEncoding(1252) ?? Encoding.Latin1;

    public static string Of(ReadOnlySpan<byte> bytes)
    {
        var (encoding, skip) = Mark(bytes);
        if (encoding is not null)
            return Clean(encoding.GetString(bytes[skip..]));
        try
        {
            return Clean(StrictUtf8.GetString(bytes));
        }
        catch (DecoderFallbackException)
        {
            return Clean(Western.GetString(bytes));
        }
    }

    public static bool HasWideMark(ReadOnlySpan<byte> bytes) => Mark(bytes) is { Encoding: not null and not UTF8Encoding };

    private static (Encoding? Encoding, int Skip) Mark(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0xEF, 0xBB, 0xBF, ..] => (Encoding.UTF8, 3),
        [0xFF, 0xFE, 0, 0, ..] => (Encoding.UTF32, 4),
        [0, 0, 0xFE, 0xFF, ..] => (new UTF32Encoding(bigEndian: true, byteOrderMark: true), 4),
        [0xFF, 0xFE, ..] => (Encoding.Unicode, 2),
        [0xFE, 0xFF, ..] => (Encoding.BigEndianUnicode, 2),
        _ => (null, 0),
    };

    /// <summary>One kind of line end, no control characters (they are invisible in answers and break some readers).</summary>
    public static string Clean(string text)
    {
        var clean = true;
        foreach (var c in text)
        {
            if (IsUnwanted(c))
            {
                clean = false;
                break;
            }
        }

        if (clean)
            return text;
        var builder = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\r')
            {
                builder.Append('\n');
                if (i + 1 < text.Length && text[i + 1] == '\n')
                    i++;
            }
            else if (!IsUnwanted(c))
            {
                builder.Append(c);
            }
        }

        return builder.ToString();
    }

    private static bool IsUnwanted(char c) => c is '\uFEFF' or '\r' || (char.IsControl(c) && c is not '\n' and not '\t' and not '\f');
}
