using Steward.Platform.Mail.Mime;

namespace Steward.Platform.Mail.Transports;

/// <summary>Writes every mail to a folder as <c>.eml</c>, which mail programs open: for development, and for a program that carries them on.</summary>
internal sealed class FileDrop(MailSettings settings) : IMailTransport
{
    public string Name => "file";

    public async Task<MailOutcome> SendAsync(OutgoingMail mail, CancellationToken ct)
    {
        if (MailBox.Parse(mail.Content.To) is not { } to)
        {
            return new MailOutcome.Refused(MailCodes.BadAddress, Permanent: true);
        }

        try
        {
            var folder = Directory.CreateDirectory(settings.Folder);
            // Ids are ordered by time and the same for every attempt: a repetition replaces, it does not double.
            var path = Path.Combine(folder.FullName, $"{mail.Id:N}.eml");
            var half = path + ".part";
            await using (var file = new FileStream(half, Options()))
            {
                await file.WriteAsync(MimeMessage.Write(mail, to, settings, mail.Created), ct);
            }

            File.Move(half, path, overwrite: true);
            return new MailOutcome.Accepted();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            return new MailOutcome.Refused(MailCodes.Folder, Permanent: false);
        }
    }

    // Mails hold links that let their reader in.
    private static FileStreamOptions Options() => new()
    {
        Mode = FileMode.Create,
        Access = FileAccess.Write,
        UnixCreateMode = OperatingSystem.IsWindows() ? null : UnixFileMode.UserRead | UnixFileMode.UserWrite,
    };
}
