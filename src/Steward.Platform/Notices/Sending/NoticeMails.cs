using System.Globalization;
using Steward.Platform.Mail;
using Steward.Platform.Postgres;
using Steward.Platform.Starting;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Notices.Sending;

/// <summary>Turns due deliveries into mails: all of one member into one. What the member has read meanwhile is not mailed.</summary>
internal sealed class NoticeMails(Database database, ITenants tenants, IMailOutbox outbox, SiteAddress site, TimeProvider time)
{
    private const int Page = 500;
    private const int MostLines = 20;

    private sealed record Due(Guid Delivery, Guid Member, string? Email, string Topic, bool Read, long Repeats);

    /// <summary>Hands over what is due; false when nothing was. The mails and the ends of the deliveries are one commit.</summary>
    public async Task<bool> SendAsync(TenantId tenant, CancellationToken ct)
    {
        var session = database.For(tenant);
        await using var transaction = await session.BeginAsync(ct);
        var due = session.Many(
            """
            select d.delivery_id, d.member_id, a.email, n.topic,
              exists (select from platform.notice_reads r where r.tenant_id = d.tenant_id and r.notice_id = d.notice_id and r.reader_id = d.member_id),
              (select count(*) from platform.notices c where c.tenant_id = d.tenant_id and c.collapsed_into = d.notice_id)
            from platform.notice_deliveries d join platform.notices n on n.tenant_id = d.tenant_id and n.notice_id = d.notice_id
            left join platform.members m on m.tenant_id = d.tenant_id and m.member_id = d.member_id and m.state = 'active'
            left join platform.accounts a on a.account_id = m.account_id
            where d.way = 'mail' and d.state = 0 and d.due_at <= $1 order by d.due_at, n.created_at, d.delivery_id limit $2 for update of d skip locked
            """,
            row => new Due(row.GetGuid(0), row.GetGuid(1), row.IsDBNull(2) ? null : row.GetString(2), row.GetString(3), row.GetBoolean(4), row.GetInt64(5)),
            Sql.Time(time.GetUtcNow()), Sql.Int(Page));
        await session.SendAsync(ct);
        if (due.Value.Count == 0)
        {
            return false;
        }

        var profile = await tenants.FindAsync(tenant, ct);
        foreach (var mine in due.Value.Where(one => !one.Read && one.Email is not null).GroupBy(one => (one.Member, one.Email)))
        {
            await outbox.AppendAsync(session, Mail(profile, mine.Key.Email!, [.. mine]), ct);
        }

        session.Add(
            "update platform.notice_deliveries set state = 2, changed_at = $2 where delivery_id = any ($1)",
            Sql.Uuids([.. due.Value.Select(one => one.Delivery)]), Sql.Time(time.GetUtcNow()));
        await transaction.CommitAsync(ct);
        return true;
    }

    private NewMail Mail(Tenant? tenant, string email, List<Due> due)
    {
        var language = tenant?.Locale ?? "en";
        var lines = due.GroupBy(one => one.Topic).Select(alike => NoticeLines.Write(language, alike.Key, (int)alike.Sum(one => 1 + one.Repeats))).ToList();
        var shown = lines.Take(MostLines).Append(lines.Count > MostLines ? string.Create(CultureInfo.InvariantCulture, $"+{lines.Count - MostLines}") : "");
        var values = new Dictionary<string, string>
        {
            ["tenant"] = tenant?.Name ?? "Steward",
            ["first"] = lines[0],
            ["items"] = string.Join('\n', shown),
            ["link"] = site.Of("/app/notices"),
        };
        // The first delivery names the mail: handing over twice is one mail.
        return new NewMail(email, MailKinds.Notice, language, values) { Id = due[0].Delivery };
    }
}
