using System.Globalization;
using Microsoft.Extensions.Configuration;
using Steward.Platform.Mail.Mime;
using Steward.Platform.Starting;

namespace Steward.Platform.Mail;

/// <summary>How a connection to the mail server is protected.</summary>
internal enum SmtpTls
{
    /// <summary>Begun in the clear and then encrypted; a server that does not offer it gets no mail.</summary>
    StartTls,

    /// <summary>Encrypted from the first byte, as on port 465.</summary>
    Implicit,

    /// <summary>Not at all. Passwords are then sent to this machine only.</summary>
    None,
}

/// <summary>The mail server.</summary>
/// <param name="CertificateFile">Certificates (PEM) trusted instead of the system's.</param>
internal sealed record SmtpServer(string Host, int Port, SmtpTls Tls, string? User, string? Password, string? CertificateFile)
{
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Most time for the answer to one command.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Most time for the answer after the whole mail, which many servers scan first.</summary>
    public TimeSpan AcceptTimeout { get; init; } = TimeSpan.FromSeconds(120);
}

/// <summary>How mail leaves: <c>STEWARD_MAIL</c> and what belongs to it. Throws <see cref="FormatException"/> with a sentence that says what to change.</summary>
internal sealed record MailSettings
{
    public const string Smtp = "smtp";
    public const string File = "file";
    public const string None = "none";

    public required string Transport { get; init; }

    public required MailBox From { get; init; }

    public MailBox? ReplyTo { get; init; }

    public SmtpServer? Server { get; init; }

    /// <summary>Of the file drop.</summary>
    public string Folder { get; init; } = "";

    /// <summary>Pauses between attempts; one more attempt than pauses is made.</summary>
    public IReadOnlyList<TimeSpan> Pauses { get; init; } =
    [
        TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(20), TimeSpan.FromHours(1), TimeSpan.FromHours(4), TimeSpan.FromHours(12),
    ];

    /// <summary>Mails a node sends at once.</summary>
    public int Lanes { get; init; } = 4;

    public static MailSettings Read(IConfiguration configuration, bool development)
    {
        var host = configuration["STEWARD_SMTP_HOST"];
        var transport = configuration["STEWARD_MAIL"] is { Length: > 0 } set ? set : !string.IsNullOrEmpty(host) ? Smtp : development ? File : None;
        if (transport is not (Smtp or File or None))
        {
            throw new FormatException("STEWARD_MAIL is smtp, file or none.");
        }

        return new MailSettings
        {
            Transport = transport,
            From = Box(configuration, "STEWARD_MAIL_FROM") ?? (transport == Smtp
                ? throw new FormatException("STEWARD_MAIL_FROM is missing: the address mails come from, such as Support <support@example.com>.")
                : new MailBox("Steward", "steward", "localhost.localdomain")),
            ReplyTo = Box(configuration, "STEWARD_MAIL_REPLY_TO"),
            Folder = configuration["STEWARD_MAIL_FOLDER"] is { Length: > 0 } folder ? Path.GetFullPath(folder) : Path.Combine(PlatformGround.DataDirectory(configuration), "mail"),
            Server = transport == Smtp ? ReadServer(configuration, host) : null,
        };
    }

    private static SmtpServer ReadServer(IConfiguration configuration, string? host)
    {
        if (string.IsNullOrWhiteSpace(host))
        {
            throw new FormatException("STEWARD_SMTP_HOST is missing: the name of the mail server.");
        }

        var tls = configuration["STEWARD_SMTP_TLS"] switch
        {
            null or "" or "starttls" => SmtpTls.StartTls,
            "implicit" => SmtpTls.Implicit,
            "none" => SmtpTls.None,
            _ => throw new FormatException("STEWARD_SMTP_TLS is starttls, implicit or none."),
        };
        var port = configuration["STEWARD_SMTP_PORT"] is not { Length: > 0 } given ? (tls == SmtpTls.Implicit ? 465 : 587)
            : int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var read) && read is > 0 and < 65536 ? read
            : throw new FormatException("STEWARD_SMTP_PORT is a number from 1 to 65535.");
        var password = configuration["STEWARD_SMTP_PASSWORD_FILE"] is { Length: > 0 } file ? System.IO.File.ReadAllText(file).TrimEnd('\r', '\n') : configuration["STEWARD_SMTP_PASSWORD"];
        var user = configuration["STEWARD_SMTP_USER"];
        if (string.IsNullOrEmpty(user) != string.IsNullOrEmpty(password))
        {
            throw new FormatException("STEWARD_SMTP_USER and STEWARD_SMTP_PASSWORD (or its file) belong together: set both or none.");
        }

        return new SmtpServer(host.Trim(), port, tls, string.IsNullOrEmpty(user) ? null : user, password, configuration["STEWARD_SMTP_CERTIFICATES"] is { Length: > 0 } pem ? pem : null);
    }

    private static MailBox? Box(IConfiguration configuration, string name) =>
        configuration[name] is not { Length: > 0 } text ? null
        : MailBox.ParseNamed(text) ?? throw new FormatException($"{name} is no address such as Support <support@example.com>.");
}
