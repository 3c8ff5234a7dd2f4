namespace Steward.Platform.Mail;

/// <summary>Why a mail was not sent. A server's refusal is <c>smtp.550</c>, with the enhanced code it gave: <c>smtp.550-5.1.1</c>.</summary>
internal static class MailCodes
{
    public const string BadAddress = "mail.address_invalid";
    public const string Expired = "mail.expired";
    public const string OutcomeUnknown = "mail.outcome_unknown";
    public const string TransportFailed = "mail.transport_failed";
    public const string Folder = "mail.folder";
    public const string Unreadable = "mail.unreadable";
    public const string KeysAway = "mail.keys_unavailable";
    public const string Unreachable = "smtp.unreachable";
    public const string Timeout = "smtp.timeout";
    public const string Broken = "smtp.protocol";
    public const string Tls = "smtp.tls";
    public const string TlsMissing = "smtp.tls_missing";
    public const string Authentication = "smtp.authentication";
    public const string NeedsUtf8 = "smtp.needs_smtputf8";
    public const string TooLarge = "smtp.too_large";
}
