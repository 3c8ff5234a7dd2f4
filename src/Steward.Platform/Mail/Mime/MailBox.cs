using System.Globalization;
using System.Text;

namespace Steward.Platform.Mail.Mime;

/// <summary>
/// One address in the form mail servers take: a local part without quotes (RFC 5321, dot-string, with the characters of RFC 6531) and a domain
/// in ASCII (RFC 5891). Nothing in it can end a line or a command.
/// </summary>
/// <param name="Name">A display name, or null.</param>
/// <param name="Local">Before the @.</param>
/// <param name="Domain">After the @, with names of other scripts as <c>xn--</c>.</param>
internal sealed record MailBox(string? Name, string Local, string Domain)
{
    private const string Specials = "!#$%&'*+-/=?^_`{|}~";
    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    public string Address => $"{Local}@{Domain}";

    /// <summary>Whether only a server that speaks SMTPUTF8 can take it.</summary>
    public bool NeedsUtf8 => !Ascii.IsValid(Local);

    /// <summary>Reads <c>name@example.com</c>, or null when it is none.</summary>
    public static MailBox? Parse(string? address, string? name = null)
    {
        var at = address?.LastIndexOf('@') ?? -1;
        if (at < 1 || !IsLocal(address![..at]) || DomainOf(address[(at + 1)..]) is not { } domain)
        {
            return null;
        }

        return new MailBox(name is null ? null : string.Concat(name.Where(c => !char.IsControl(c))).Trim(), address[..at], domain);
    }

    /// <summary>Reads <c>name@example.com</c> or <c>Name &lt;name@example.com&gt;</c>, as settings have it.</summary>
    public static MailBox? ParseNamed(string text)
    {
        var open = text.LastIndexOf('<');
        return open < 0 || !text.EndsWith('>') ? Parse(text.Trim()) : Parse(text[(open + 1)..^1].Trim(), text[..open].Trim().Trim('"'));
    }

    private static bool IsLocal(string local) =>
        Encoding.UTF8.GetByteCount(local) <= 64
        && local.Split('.').All(atom => atom.Length > 0 && atom.All(c => char.IsAsciiLetterOrDigit(c) || Specials.Contains(c, StringComparison.Ordinal) || IsOtherScript(c)));

    private static bool IsOtherScript(char c) => c > '\u00a0' && (char.IsLetterOrDigit(c) || char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark);

    private static string? DomainOf(string domain)
    {
        try
        {
            var ascii = Idn.GetAscii(domain.ToLowerInvariant());
            return ascii.Length <= 253 && ascii.Contains('.', StringComparison.Ordinal) && ascii.Split('.').All(IsLabel) ? ascii : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= 63 && label[0] != '-' && label[^1] != '-' && label.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
}
