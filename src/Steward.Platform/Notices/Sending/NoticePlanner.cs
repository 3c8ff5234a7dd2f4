using Steward.Platform.Access;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Notices.Sending;

/// <summary>Decides for new notices whom they reach, how and when. One node plans for a tenant at a time, so that what is alike is found.</summary>
internal sealed class NoticePlanner(Database database, ITenants tenants, TimeProvider time)
{
    private const int Page = 200;

    private sealed record Raised(Guid Id, string Kind, string Topic, NoticeSeverity Severity, string CollapseKey, DateTimeOffset At);

    private sealed record Reader(Guid Id, Role Role, DateTimeOffset? LastMail);

    /// <summary>Plans what is unplanned; false when nothing was, or another node does it.</summary>
    public async Task<bool> PlanAsync(TenantId tenant, CancellationToken ct)
    {
        var session = database.For(tenant);
        await using var transaction = await session.BeginAsync(ct);
        var mine = session.One(
            "select pg_try_advisory_xact_lock(hashtextextended('steward.notices', 0) # hashtextextended($1, 0))", row => row.GetBoolean(0), Sql.Text(tenant.ToString()));
        var raised = session.Many(
            "select notice_id, kind, topic, severity, collapse_key, created_at from platform.notices where not planned order by created_at, notice_id limit $1",
            row => new Raised(row.GetGuid(0), row.GetString(1), row.GetString(2), (NoticeSeverity)row.GetInt16(3), row.GetString(4), row.GetFieldValue<DateTimeOffset>(5)),
            Sql.Int(Page));
        await session.SendAsync(ct);
        if (!mine.Value || raised.Value.Count == 0)
        {
            return false;
        }

        var heads = session.Many(
            """
            select distinct on (collapse_key) collapse_key, notice_id, severity, created_at from platform.notices
            where planned and collapsed_into is null and collapse_key = any ($1) order by collapse_key, created_at desc
            """,
            row => (Key: row.GetString(0), Head: new NoticeHead(row.GetGuid(1), (NoticeSeverity)row.GetInt16(2), row.GetFieldValue<DateTimeOffset>(3))),
            Sql.Texts([.. raised.Value.Select(notice => notice.CollapseKey).Distinct()]));
        var readers = session.Many(
            """
            select m.member_id, m.role, (select max(d.due_at) from platform.notice_deliveries d where d.tenant_id = m.tenant_id and d.member_id = m.member_id)
            from platform.members m where m.state = 'active'
            """,
            row => new Reader(row.GetGuid(0), Roles.Parse(row.GetString(1)), row.IsDBNull(2) ? null : row.GetFieldValue<DateTimeOffset>(2)));
        var settings = NoticePreferences.AppendSettings(session);
        var wishes = NoticePreferences.AppendAll(session);
        await session.SendAsync(ct);

        var plan = new Planning(
            settings.Value ?? NoticeSettings.Default, await ZoneAsync(tenant, ct), readers.Value, wishes.Value.ToDictionary(row => row.MemberId, row => row.Preference),
            heads.Value.ToDictionary(head => head.Key, head => head.Head), time.GetUtcNow());
        foreach (var notice in raised.Value)
        {
            plan.Append(session, notice);
        }

        await transaction.CommitAsync(ct);
        return true;
    }

    private async Task<TimeZoneInfo> ZoneAsync(TenantId tenant, CancellationToken ct) =>
        TimeZoneInfo.TryFindSystemTimeZoneById((await tenants.FindAsync(tenant, ct))?.TimeZone ?? "UTC", out var zone) ? zone : TimeZoneInfo.Utc;

    /// <summary>One round of planning: what is decided for a notice counts for those after it.</summary>
    private sealed class Planning(
        NoticeSettings settings, TimeZoneInfo zone, List<Reader> readers, Dictionary<Guid, MailPreference> wishes, Dictionary<string, NoticeHead> alike, DateTimeOffset now)
    {
        private readonly Dictionary<Guid, DateTimeOffset?> _last = readers.ToDictionary(reader => reader.Id, reader => reader.LastMail);

        public void Append(TenantSession session, Raised notice)
        {
            var into = NoticeRules.CollapsesInto(notice.Severity, notice.At, alike.GetValueOrDefault(notice.CollapseKey), settings.Window);
            session.Add("update platform.notices set planned = true, collapsed_into = $2 where notice_id = $1", Sql.Uuid(notice.Id), Sql.Uuid(into));
            if (into is not null)
            {
                return;
            }

            alike[notice.CollapseKey] = new NoticeHead(notice.Id, notice.Severity, notice.At);
            if (settings.HasWebhook && NoticeRules.CallsWebhook(notice.Topic, notice.Severity, settings.WebhookLeast))
            {
                AppendDelivery(session, notice.Id, "webhook", null, now);
            }

            foreach (var reader in readers.Where(reader => Permissions.Of(reader.Role).Contains(NoticeRules.MailedWith(notice.Kind))))
            {
                var wish = wishes.GetValueOrDefault(reader.Id, MailPreference.Default);
                if (NoticeRules.MailAt(notice.Topic, notice.Kind, notice.Severity, wish, settings.Quiet, zone, _last[reader.Id], settings.Window, now) is { } due)
                {
                    AppendDelivery(session, notice.Id, "mail", reader.Id, due);
                    _last[reader.Id] = _last[reader.Id] > due ? _last[reader.Id] : due;
                }
            }
        }

        private void AppendDelivery(TenantSession session, Guid notice, string way, Guid? member, DateTimeOffset due) => session.Add(
            """
            insert into platform.notice_deliveries (tenant_id, delivery_id, notice_id, way, member_id, due_at, created_at, changed_at)
            values (current_setting('steward.tenant')::uuid, $1, $2, $3, $4, $5, $6, $6) on conflict do nothing
            """,
            Sql.Uuid(Guid.CreateVersion7()), Sql.Uuid(notice), Sql.Text(way), Sql.Uuid(member), Sql.Time(due), Sql.Time(now));
    }
}
