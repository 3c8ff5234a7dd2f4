using System.Globalization;
using System.Text.RegularExpressions;

namespace Steward.Platform.Mail.Transports.Smtp;

/// <summary>A server's answer (RFC 5321, section 4.2): a code, perhaps an enhanced one (RFC 3463), and lines for people that are kept nowhere.</summary>
internal sealed partial record SmtpReply(int Code, string? Enhanced, IReadOnlyList<string> Lines)
{
    public bool IsPositive => Code is >= 200 and < 300;

    public bool IsPermanent => Code >= 500;

    /// <summary>As stored: <c>smtp.550-5.1.1</c>.</summary>
    public string StoredCode => string.Create(CultureInfo.InvariantCulture, $"smtp.{Code}{(Enhanced is null ? "" : "-" + Enhanced)}");

    /// <summary>Reads one line: its code, whether more follow, and its text; null when it is none.</summary>
    public static (int Code, bool More, string Text)? ReadLine(string line) =>
        line.Length >= 3 && line.AsSpan(0, 3).IndexOfAnyExceptInRange('0', '9') < 0 && line[0] is >= '2' and <= '5' && (line.Length == 3 || line[3] is ' ' or '-')
            ? (int.Parse(line.AsSpan(0, 3), CultureInfo.InvariantCulture), line.Length > 3 && line[3] == '-', line.Length > 4 ? line[4..] : "")
            : null;

    public static SmtpReply Of(int code, IReadOnlyList<string> lines)
    {
        var match = lines.Count == 0 ? Match.Empty : EnhancedCode().Match(lines[^1]);
        return new SmtpReply(code, match.Success ? match.Groups["code"].Value : null, lines);
    }

    [GeneratedRegex(@"\A(?<code>[245]\.\d{1,3}\.\d{1,3})(?: |\z)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex EnhancedCode();
}

/// <summary>What a server said it can do, from its answer to EHLO.</summary>
internal sealed record SmtpAbilities(bool StartTls, bool SmtpUtf8, bool TakesSize, long? MaxSize, IReadOnlySet<string> Authentication)
{
    public static SmtpAbilities Read(SmtpReply ehlo)
    {
        // The first line is the server's name.
        var words = ehlo.Lines.Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(line => line.Length > 0).ToLookup(line => line[0].ToUpperInvariant());
        var size = words["SIZE"].FirstOrDefault();
        var auth = words["AUTH"].SelectMany(line => line.Skip(1)).Select(name => name.ToUpperInvariant()).ToHashSet();
        return new SmtpAbilities(
            words.Contains("STARTTLS"), words.Contains("SMTPUTF8"), size is not null,
            size is [_, var most] && long.TryParse(most, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) && bytes > 0 ? bytes : null,
            auth);
    }
}
