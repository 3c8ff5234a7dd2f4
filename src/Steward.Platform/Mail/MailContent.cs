using Steward.Platform.Tenancy;

namespace Steward.Platform.Mail;

/// <summary>What is sealed of a mail. The Message-ID is made once: every attempt carries the same.</summary>
internal sealed record MailContent(string To, string Subject, string Text, string Html, string MessageId);

/// <summary>A mail as a transport gets it.</summary>
/// <param name="Created">When it was written.</param>
internal sealed record OutgoingMail(TenantId Tenant, Guid Id, string Kind, DateTimeOffset Created, MailContent Content);
