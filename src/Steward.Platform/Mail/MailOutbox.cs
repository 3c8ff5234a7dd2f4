using System.Text;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;
using Steward.Platform.Wakeups;

namespace Steward.Platform.Mail;

internal sealed class MailOutbox(Database database, MailSeals seals, MailSettings settings, IWakeups wakeups, TimeProvider time) : IMailOutbox
{
    /// <summary>The topic by which a commit wakes the senders of all nodes.</summary>
    public const string Topic = "mail";

    public TenantSession ForInstallation() => database.For(TenantId.Installation);

    public async ValueTask<Guid> AppendAsync(TenantSession session, NewMail mail, CancellationToken ct)
    {
        var written = MailTemplates.Write(mail.Template, mail.Language, mail.Values);
        var content = new MailContent(mail.To, written.Subject, written.Text, written.Html, $"<{mail.Id:N}@{settings.From.Domain}>");
        var now = time.GetUtcNow();
        session.Add(
            """
            insert into platform.mails (tenant_id, mail_id, kind, recipient, content, next_at, expires_at, created_at, changed_at)
            values (current_setting('steward.tenant')::uuid, $1, $2, $3, $4, $5, $6, $5, $5) on conflict do nothing
            """,
            Sql.Uuid(mail.Id), Sql.Text(mail.Template),
            Sql.Bytes(await seals.SealAsync(session.Tenant, mail.Id, "recipient", Encoding.UTF8.GetBytes(mail.To), ct)),
            Sql.Bytes(await seals.SealAsync(session.Tenant, mail.Id, content, ct)),
            Sql.Time(now), Sql.Time(mail.ExpiresAt));
        session.AfterCommit(() => wakeups.Send(Topic, ""));
        return mail.Id;
    }
}
