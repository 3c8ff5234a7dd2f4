using Steward.Platform.Postgres;

namespace Steward.Platform.Mail;

/// <summary>
/// The way out for e-mail. A mail is a row in the transaction of what caused it: it leaves when, and only when, that commit does. It is sent
/// once; where a mail server's answer was lost it is repeated at most once, with the same Message-ID, and marked.
/// </summary>
public interface IMailOutbox
{
    /// <summary>Appends a mail to the session and returns its id. Appending an id that was used before changes nothing.</summary>
    /// <param name="session">The tenant's session, or one of <see cref="ForInstallation"/>.</param>
    /// <param name="mail">Which mail to whom.</param>
    /// <param name="ct">Cancels the reading of the tenant's keys.</param>
    /// <exception cref="ArgumentException">There is no such template, or a value it needs is missing.</exception>
    ValueTask<Guid> AppendAsync(TenantSession session, NewMail mail, CancellationToken ct);

    /// <summary>A session for mails that belong to no tenant: those about accounts, which are global, and to operators.</summary>
    TenantSession ForInstallation();
}

/// <summary>A mail to be written from a template.</summary>
/// <param name="To">The address of the one recipient. One that cannot be used makes a failed mail that people see, not an exception.</param>
/// <param name="Template">One of <see cref="MailKinds"/>.</param>
/// <param name="Language">BCP 47 tag, such as the tenant's locale; a language without templates is English.</param>
/// <param name="Values">What the template's places are filled with. Plain text: it is escaped where it must be.</param>
public sealed record NewMail(string To, string Template, string Language, IReadOnlyDictionary<string, string> Values)
{
    /// <summary>The mail's id. Give one to make an append idempotent.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>When it is of no use any more: a mail that was not sent by then fails with <c>mail.expired</c>.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}

/// <summary>The templates, by name, and the values each needs.</summary>
public static class MailKinds
{
    /// <summary>Someone is invited: tenant, role, link, expires.</summary>
    public const string Invitation = "invitation";

    /// <summary>An address is to be proven: link, expires.</summary>
    public const string AddressVerification = "address-verification";

    /// <summary>A forgotten password: link, expires.</summary>
    public const string PasswordReset = "password-reset";

    /// <summary>A password was changed: at.</summary>
    public const string PasswordChanged = "password-changed";

    /// <summary>What a member must know: tenant, first (the subject), items (one per line), link.</summary>
    public const string Notice = "notice";
}
