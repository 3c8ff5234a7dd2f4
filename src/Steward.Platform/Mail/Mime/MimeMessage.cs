using System.Globalization;
using System.Text;

namespace Steward.Platform.Mail.Mime;

/// <summary>A whole message as bytes (RFC 5322, RFC 2045): text and HTML beside each other, lines of at most 78 characters, ASCII but for an address that is not.</summary>
internal static class MimeMessage
{
    /// <param name="mail">What is sent.</param>
    /// <param name="to">The recipient, read.</param>
    /// <param name="settings">Whose name it carries.</param>
    /// <param name="date">When it was written: the same for every attempt.</param>
    public static byte[] Write(OutgoingMail mail, MailBox to, MailSettings settings, DateTimeOffset date)
    {
        // Of the mail's id, so that a repeated attempt is the same message byte by byte. No quoted-printable line can begin with "--=_".
        var boundary = $"=_{mail.Id:N}";
        var message = new StringBuilder();
        Header(message, "Date", date.ToUniversalTime().ToString("ddd, dd MMM yyyy HH:mm:ss +0000", CultureInfo.InvariantCulture));
        Header(message, "From", HeaderText.Address(settings.From));
        Header(message, "To", HeaderText.Address(to));
        if (settings.ReplyTo is { } reply)
        {
            Header(message, "Reply-To", HeaderText.Address(reply));
        }

        Header(message, "Subject", HeaderText.Encode(mail.Content.Subject));
        Header(message, "Message-ID", mail.Content.MessageId);
        // RFC 3834: out-of-office programs do not answer.
        Header(message, "Auto-Submitted", "auto-generated");
        Header(message, "MIME-Version", "1.0");
        Header(message, "Content-Type", $"multipart/alternative;\r\n boundary=\"{boundary}\"");
        message.Append("\r\n");
        Part(message, boundary, "text/plain", mail.Content.Text);
        Part(message, boundary, "text/html", mail.Content.Html);
        message.Append("--").Append(boundary).Append("--\r\n");
        return Encoding.UTF8.GetBytes(message.ToString());
    }

    private static void Header(StringBuilder message, string name, string value) => message.Append(name).Append(": ").Append(value).Append("\r\n");

    private static void Part(StringBuilder message, string boundary, string type, string text)
    {
        message.Append("--").Append(boundary).Append("\r\n");
        Header(message, "Content-Type", $"{type}; charset=utf-8");
        Header(message, "Content-Transfer-Encoding", "quoted-printable");
        message.Append("\r\n").Append(QuotedPrintable.Encode(text)).Append("\r\n");
    }
}
