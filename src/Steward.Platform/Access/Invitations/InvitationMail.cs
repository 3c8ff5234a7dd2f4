using Steward.Platform.Mail;
using Steward.Platform.Postgres;
using Steward.Platform.Starting;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Access.Invitations;

/// <summary>Mails an invitation to the person, in the tenant's language.</summary>
internal sealed class InvitationMail(IMailOutbox outbox, ITenants tenants, SiteAddress site)
{
    /// <summary>Appends the mail to the session that makes the invitation.</summary>
    public async ValueTask AppendAsync(TenantSession session, InvitationRow row, string token, CancellationToken ct)
    {
        var tenant = await tenants.FindAsync(session.Tenant, ct);
        var values = new Dictionary<string, string>
        {
            ["tenant"] = tenant?.Name ?? "Steward",
            ["role"] = RoleWords.Of(tenant?.Locale, row.Role),
            ["link"] = site.Of($"/app/invitations/{token}"),
            ["expires"] = MailTimes.Write(row.ExpiresAt, tenant?.TimeZone ?? "UTC"),
        };
        await outbox.AppendAsync(session, new NewMail(row.Email, MailKinds.Invitation, tenant?.Locale ?? "en", values) { ExpiresAt = row.ExpiresAt }, ct);
    }
}
