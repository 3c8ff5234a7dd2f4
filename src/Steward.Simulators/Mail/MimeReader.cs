using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Steward.Simulators.Mail;

/// <summary>Reads a message as a mail program does: headers, encoded words, and the parts of one multipart.</summary>
internal sealed partial class MimeReader
{
    private readonly Dictionary<string, string> _headers;
    private readonly string _body;

    public MimeReader(string source)
    {
        var (head, body) = Split(source);
        (_headers, _body) = (Headers(head), body);
    }

    public string Header(string name) => _headers.GetValueOrDefault(name.ToLowerInvariant(), "");

    /// <summary>The decoded part of a type; the whole body when that is its type; else empty.</summary>
    public string Part(string type)
    {
        if (Boundary().Match(Header("Content-Type")) is not { Success: true } match)
        {
            // RFC 2045: what says nothing is plain text.
            return (Header("Content-Type") is { Length: > 0 } own ? own : "text/plain").StartsWith(type, StringComparison.OrdinalIgnoreCase) ? Decode(Header("Content-Transfer-Encoding"), _body) : "";
        }

        foreach (var part in ("\r\n" + _body).Split($"\r\n--{match.Groups["value"].Value}").Skip(1).Where(part => !part.StartsWith("--", StringComparison.Ordinal)))
        {
            var (head, body) = Split(part[2..]);
            var headers = Headers(head);
            if (headers.GetValueOrDefault("content-type", "").StartsWith(type, StringComparison.OrdinalIgnoreCase))
            {
                return Decode(headers.GetValueOrDefault("content-transfer-encoding", ""), body);
            }
        }

        return "";
    }

    /// <summary>Encoded words (RFC 2047) as text; the space between two of them belongs to neither.</summary>
    public static string DecodeWords(string value) => EncodedWord().Replace(Between().Replace(value, "?==?"), match =>
    {
        var text = match.Groups["text"].Value;
        return Encoding.GetEncoding(match.Groups["charset"].Value).GetString(
            match.Groups["way"].Value is "B" or "b" ? Convert.FromBase64String(text) : Unquote(text.Replace('_', ' ')));
    });

    public static string DecodeQuotedPrintable(string text) => Encoding.UTF8.GetString(Unquote(SoftBreak().Replace(text, "")));

    private static string Decode(string encoding, string body) => encoding.Trim().ToLowerInvariant() switch
    {
        "quoted-printable" => DecodeQuotedPrintable(body),
        "base64" => Encoding.UTF8.GetString(Convert.FromBase64String(body.Replace("\r\n", "", StringComparison.Ordinal))),
        _ => body,
    };

    private static byte[] Unquote(string text)
    {
        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '=' && i + 2 < text.Length && byte.TryParse(text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            {
                bytes.Add(value);
                i += 2;
            }
            else
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(text, i, 1));
            }
        }

        return [.. bytes];
    }

    private static (string Head, string Body) Split(string source)
    {
        var end = source.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        return end < 0 ? (source, "") : (source[..end], source[(end + 4)..]);
    }

    private static Dictionary<string, string> Headers(string head)
    {
        var headers = new Dictionary<string, string>();
        foreach (var line in Fold().Replace(head, " ").Split("\r\n"))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
            {
                headers[line[..colon].ToLowerInvariant()] = line[(colon + 1)..].Trim();
            }
        }

        return headers;
    }

    [GeneratedRegex("boundary=\"(?<value>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Boundary();

    [GeneratedRegex(@"=\?(?<charset>[^?]+)\?(?<way>[BbQq])\?(?<text>[^?]*)\?=", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex EncodedWord();

    [GeneratedRegex(@"\?=\s+=\?", RegexOptions.None, 1000)]
    private static partial Regex Between();

    [GeneratedRegex(@"=[ \t]*\r\n", RegexOptions.None, 1000)]
    private static partial Regex SoftBreak();

    [GeneratedRegex(@"\r\n[ \t]+", RegexOptions.None, 1000)]
    private static partial Regex Fold();
}
