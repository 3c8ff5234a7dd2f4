using Npgsql;
using Steward.Platform.Events;
using Steward.Platform.Events.Records;
using Steward.Platform.Postgres;
using Steward.Platform.Sealing;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Notices;

/// <summary>The rows of what members and their tenant prefer.</summary>
internal sealed class NoticePreferences(Database database, ISealing sealing)
{
    /// <summary>Appends reading the tenant's settings; null when it has set nothing.</summary>
    public static Pending<NoticeSettings?> AppendSettings(TenantSession session) => session.One(
        "select quiet_from, quiet_until, collapse_minutes, webhook_url is not null, webhook_least, version from platform.notice_settings",
        row => new NoticeSettings(Hours(row, 0), TimeSpan.FromMinutes(row.GetInt16(2)), row.GetBoolean(3), (NoticeSeverity)row.GetInt16(4), row.GetInt32(5)));

    /// <summary>Appends reading what every member wants.</summary>
    public static Pending<List<(Guid MemberId, MailPreference Preference, int Version)>> AppendAll(TenantSession session, Guid? member = null) => session.Many(
        "select member_id, mail_least, muted, quiet_from, quiet_until, version from platform.notice_preferences where $1::uuid is null or member_id = $1",
        row => (row.GetGuid(0),
            new MailPreference(row.IsDBNull(1) ? null : (NoticeSeverity)row.GetInt16(1), row.GetFieldValue<string[]>(2).ToHashSet(), Hours(row, 3)), row.GetInt32(5)),
        Sql.Uuid(member));

    public async Task<(MailPreference Preference, int Version)> OfAsync(TenantId tenant, Guid member, CancellationToken ct)
    {
        var session = database.For(tenant);
        var rows = AppendAll(session, member);
        await session.SendAsync(ct);
        return rows.Value is [var row] ? (row.Preference, row.Version) : (MailPreference.Default, 0);
    }

    public async Task<NoticeSettings> SettingsAsync(TenantId tenant, CancellationToken ct)
    {
        var session = database.For(tenant);
        var row = AppendSettings(session);
        await session.SendAsync(ct);
        return row.Value ?? NoticeSettings.Default;
    }

    /// <summary>The new version, or null when the row has another than those expected (null expects any; 0 is no row yet).</summary>
    public async Task<int?> SetAsync(TenantId tenant, Guid member, MailPreference wish, long[]? expected, CancellationToken ct)
    {
        var session = database.For(tenant);
        var version = session.One(
            """
            insert into platform.notice_preferences as p (tenant_id, member_id, mail_least, muted, quiet_from, quiet_until)
            select current_setting('steward.tenant')::uuid, $1, $2::smallint, $3, $4::smallint, $5::smallint
            where $6::bigint[] is null or 0 = any ($6) or exists (select from platform.notice_preferences e where e.member_id = $1)
            on conflict (tenant_id, member_id) do update set mail_least = $2::smallint, muted = $3, quiet_from = $4::smallint, quiet_until = $5::smallint, version = p.version + 1
              where $6::bigint[] is null or p.version = any ($6)
            returning version
            """,
            row => (int?)row.GetInt32(0),
            Sql.Uuid(member), Sql.Int((int?)wish.Least), Sql.Texts([.. wish.Muted]), Sql.Int(wish.Quiet?.From), Sql.Int(wish.Quiet?.Until), Sql.Longs(expected));
        await session.SendAsync(ct);
        return version.Value;
    }

    /// <summary>As above, for the tenant. A webhook that is not given stays, unless it is to be forgotten.</summary>
    public async Task<int?> SetAsync(TenantId tenant, NoticeSettings settings, NoticeWebhook? webhook, long[]? expected, CancellationToken ct)
    {
        var sealer = await sealing.ForAsync(tenant, ct);
        var session = database.For(tenant);
        await using var transaction = await session.BeginAsync(ct);
        var before = AppendSettings(session);
        var version = session.One(
            """
            insert into platform.notice_settings as s (tenant_id, settings_id, quiet_from, quiet_until, collapse_minutes, webhook_least, webhook_url, webhook_secret)
            select current_setting('steward.tenant')::uuid, current_setting('steward.tenant')::uuid, $1::smallint, $2::smallint, $3::smallint, $4::smallint, $5, $6
            where $8::bigint[] is null or 0 = any ($8) or exists (select from platform.notice_settings)
            on conflict (tenant_id, settings_id) do update set quiet_from = $1::smallint, quiet_until = $2::smallint, collapse_minutes = $3::smallint, webhook_least = $4::smallint,
              webhook_url = case when $7 then coalesce($5, s.webhook_url) end, webhook_secret = case when $7 then coalesce($6, s.webhook_secret) end, version = s.version + 1
              where $8::bigint[] is null or s.version = any ($8)
            returning version
            """,
            row => (int?)row.GetInt32(0),
            Sql.Int(settings.Quiet?.From), Sql.Int(settings.Quiet?.Until), Sql.Int((int)settings.Window.TotalMinutes), Sql.Int((int)settings.WebhookLeast),
            Sql.Bytes(webhook is null ? null : sealer.Seal(Field(tenant, "webhook_url"), webhook.Url)),
            Sql.Bytes(webhook is null ? null : sealer.Seal(Field(tenant, "webhook_secret"), webhook.Secret)),
            Sql.Bool(settings.HasWebhook), Sql.Longs(expected));
        await session.SendAsync(ct);
        if (version.Value is not null)
        {
            session.Record(new SettingsChanged(tenant.Value, "notices", Changes(before.Value ?? NoticeSettings.Default, settings, webhook is not null)));
            await transaction.CommitAsync(ct);
        }

        return version.Value;
    }

    public async Task<NoticeWebhook?> WebhookAsync(TenantId tenant, CancellationToken ct)
    {
        var sealer = await sealing.ForAsync(tenant, ct);
        var session = database.For(tenant);
        var row = session.One(
            "select webhook_url, webhook_secret from platform.notice_settings where webhook_url is not null",
            r => new NoticeWebhook(
                sealer.Open(Field(tenant, "webhook_url"), r.GetFieldValue<byte[]>(0)), sealer.Open(Field(tenant, "webhook_secret"), r.GetFieldValue<byte[]>(1))));
        await session.SendAsync(ct);
        return row.Value;
    }

    /// <summary>Whether a webhook that was given is another one is not asked: its address and secret are sealed.</summary>
    private static IReadOnlyList<FieldChange> Changes(NoticeSettings before, NoticeSettings after, bool webhookGiven) =>
        [.. FieldChange.Between(Told(before), Told(after), "webhookFrom"), .. FieldChange.Named(("webhook", webhookGiven || before.HasWebhook != after.HasWebhook))];

    private static object Told(NoticeSettings settings) => new
    {
        quietHours = settings.Quiet, windowMinutes = settings.Window.TotalMinutes, webhookFrom = settings.HasWebhook ? settings.WebhookLeast : (NoticeSeverity?)null,
    };

    private static SealedField Field(TenantId tenant, string column) => new("platform.notice_settings", column, tenant.Value);

    private static QuietHours? Hours(NpgsqlDataReader row, int at) =>
        QuietHours.Of(row.IsDBNull(at) ? null : row.GetInt16(at), row.IsDBNull(at + 1) ? null : row.GetInt16(at + 1));
}
