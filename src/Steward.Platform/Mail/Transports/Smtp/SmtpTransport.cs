using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Steward.Platform.Mail.Mime;

namespace Steward.Platform.Mail.Transports.Smtp;

/// <summary>
/// Hands mails to a mail server (RFC 5321), one connection each. Until the line that ends the message is sent, whatever goes wrong is a refusal:
/// a server keeps no half message. From then on only the server's answer says what became of it.
/// </summary>
internal sealed class SmtpTransport(MailSettings settings, TimeProvider time) : IMailTransport
{
    private static readonly byte[] End = "\r\n.\r\n"u8.ToArray();
    private readonly SmtpServer _server = settings.Server ?? throw new ArgumentException("No mail server is set.", nameof(settings));

    public string Name => "smtp";

    public async Task<MailOutcome> SendAsync(OutgoingMail mail, CancellationToken ct)
    {
        if (MailBox.Parse(mail.Content.To) is not { } to)
        {
            return new MailOutcome.Refused(MailCodes.BadAddress, Permanent: true);
        }

        var progress = new Progress();
        try
        {
            await using var connection = await SmtpConnection.OpenAsync(_server, time, ct);
            return await TalkAsync(connection, MimeMessage.Write(mail, to, settings, mail.Created), to, progress, ct);
        }
        catch (Exception failure) when (CodeOf(failure) is { } code)
        {
            return progress.HandedOver ? new MailOutcome.Unknown(code) : new MailOutcome.Refused(code, Permanent: false);
        }
    }

    private async Task<MailOutcome> TalkAsync(SmtpConnection connection, byte[] message, MailBox to, Progress progress, CancellationToken ct)
    {
        var greeting = await connection.ReadAsync(_server.CommandTimeout, ct);
        if (!greeting.IsPositive)
        {
            return Turned(greeting);
        }

        var (abilities, wrong) = await PrepareAsync(connection, ct);
        if (wrong is not null)
        {
            return wrong;
        }

        if (to.NeedsUtf8 && !abilities!.SmtpUtf8)
        {
            return new MailOutcome.Refused(MailCodes.NeedsUtf8, Permanent: true);
        }

        if (abilities!.MaxSize < message.Length)
        {
            return new MailOutcome.Refused(MailCodes.TooLarge, Permanent: true);
        }

        var sender = $"MAIL FROM:<{settings.From.Address}>" + (abilities.TakesSize ? $" SIZE={message.Length}" : "") + (to.NeedsUtf8 ? " SMTPUTF8" : "");
        foreach (var command in (string[])[sender, $"RCPT TO:<{to.Address}>"])
        {
            var reply = await connection.AskAsync(command, ct);
            if (!reply.IsPositive)
            {
                return Of(reply);
            }
        }

        var go = await connection.AskAsync("DATA", ct);
        return go.Code == 354 ? await HandOverAsync(connection, message, progress, ct) : Of(go);
    }

    private async Task<MailOutcome> HandOverAsync(SmtpConnection connection, byte[] message, Progress progress, CancellationToken ct)
    {
        await connection.SendAsync(Stuffed(message), ct);
        progress.HandedOver = true;
        await connection.SendAsync(End, ct);
        var reply = await connection.ReadAsync(_server.AcceptTimeout, ct);
        await QuitAsync(connection);
        return reply.IsPositive ? new MailOutcome.Accepted() : Of(reply);
    }

    /// <summary>Says who we are, encrypts, signs in. What fails here is a matter of settings or of the server, not of this mail: it is tried again.</summary>
    private async Task<(SmtpAbilities?, MailOutcome?)> PrepareAsync(SmtpConnection connection, CancellationToken ct)
    {
        var name = $"EHLO {settings.From.Domain}";
        var hello = await connection.AskAsync(name, ct);
        if (hello.IsPositive && _server.Tls == SmtpTls.StartTls)
        {
            if (!SmtpAbilities.Read(hello).StartTls || !(await connection.AskAsync("STARTTLS", ct)).IsPositive)
            {
                return (null, new MailOutcome.Refused(MailCodes.TlsMissing, Permanent: false));
            }

            await connection.EncryptAsync(ct);
            // What was said before is forgotten: anyone may have said it.
            hello = await connection.AskAsync(name, ct);
        }

        if (!hello.IsPositive)
        {
            return (null, Turned(hello));
        }

        var abilities = SmtpAbilities.Read(hello);
        return _server.User is null || await SignInAsync(connection, abilities, ct)
            ? (abilities, null)
            : (null, new MailOutcome.Refused(MailCodes.Authentication, Permanent: false));
    }

    private async Task<bool> SignInAsync(SmtpConnection connection, SmtpAbilities abilities, CancellationToken ct)
    {
        if (!connection.IsEncrypted && _server.Host is not ("localhost" or "127.0.0.1" or "::1"))
        {
            return false;
        }

        if (abilities.Authentication.Contains("PLAIN"))
        {
            return (await connection.AskAsync($"AUTH PLAIN {Base64($"\0{_server.User}\0{_server.Password}")}", ct)).IsPositive;
        }

        return abilities.Authentication.Contains("LOGIN")
            && (await connection.AskAsync("AUTH LOGIN", ct)).Code == 334
            && (await connection.AskAsync(Base64(_server.User!), ct)).Code == 334
            && (await connection.AskAsync(Base64(_server.Password!), ct)).IsPositive;
    }

    /// <summary>Leaves politely; the answer was read, so nothing depends on it.</summary>
    private static async Task QuitAsync(SmtpConnection connection)
    {
        try
        {
            await connection.SendAsync("QUIT\r\n"u8.ToArray(), CancellationToken.None);
        }
        catch (Exception failure) when (CodeOf(failure) is not null)
        {
            // The server has hung up already.
        }
    }

    /// <summary>The message without its last line end, and with a second dot before a line that begins with one (RFC 5321, section 4.5.2).</summary>
    internal static byte[] Stuffed(byte[] message)
    {
        var result = new MemoryStream(message.Length + 64);
        var lineBegins = true;
        foreach (var value in message.AsSpan(0, message.AsSpan().EndsWith("\r\n"u8) ? message.Length - 2 : message.Length))
        {
            if (lineBegins && value == (byte)'.')
            {
                result.WriteByte(value);
            }

            result.WriteByte(value);
            lineBegins = value == (byte)'\n';
        }

        return result.ToArray();
    }

    private static MailOutcome.Refused Of(SmtpReply reply) => new(reply.StoredCode, reply.IsPermanent && reply.Code is not (530 or 535));

    private static MailOutcome.Refused Turned(SmtpReply reply) => new(reply.StoredCode, Permanent: false);

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string? CodeOf(Exception failure) => failure switch
    {
        TimeoutException or OperationCanceledException => MailCodes.Timeout,
        AuthenticationException => MailCodes.Tls,
        SmtpProtocolException => MailCodes.Broken,
        IOException or SocketException => MailCodes.Unreachable,
        _ => null,
    };

    private sealed class Progress
    {
        public bool HandedOver { get; set; }
    }
}
