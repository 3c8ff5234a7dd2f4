using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Text.Json;
using Npgsql;
using Steward.Platform.Nodes;
using Steward.Platform.Outbound;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Notices.Sending;

/// <summary>How a call of the webhook ended.</summary>
/// <param name="Done">It was taken.</param>
/// <param name="Code">Why not.</param>
/// <param name="Again">Whether another call may help.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct HookEnd(bool Done, string? Code, bool Again);

/// <summary>
/// Posts notices to the tenant's server, signed, with the delivery's id as <c>Idempotency-Key</c>: it is called until it says that it took the
/// notice, so it may be called twice for one.
/// </summary>
internal sealed class NoticeHooks(Database database, NoticePreferences preferences, INotices notices, IGuardedHttp outbound, NodeIdentity node, TimeProvider time)
{
    private const int Page = 16;
    // Of a whole page: its calls are made one after another.
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    internal static readonly IReadOnlyList<TimeSpan> Pauses =
    [
        TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(8),
    ];

    private sealed record Due(Guid Delivery, int Attempts, Guid Notice, string Kind, string Topic, NoticeSeverity Severity, Guid? Subject, string? Code, DateTimeOffset At);

    /// <summary>Makes the calls that are due; false when none was.</summary>
    public async Task<bool> SendAsync(TenantId tenant, CancellationToken ct)
    {
        var due = await ClaimAsync(tenant, ct);
        if (due.Count == 0)
        {
            return false;
        }

        var hook = await preferences.WebhookAsync(tenant, ct);
        foreach (var one in due)
        {
            // Forgotten meanwhile: there is nobody to tell.
            var end = hook is null ? new HookEnd(true, null, false) : await CallAsync(hook, one, ct);
            await EndAsync(tenant, one, end);
        }

        return true;
    }

    /// <summary>2xx is taken; 408, 429 and 5xx ask to come back; every other answer stays.</summary>
    internal static HookEnd Of(int status) => status switch
    {
        >= 200 and < 300 => new HookEnd(true, null, false),
        408 or 429 or >= 500 => new HookEnd(false, "webhook.busy", true),
        _ => new HookEnd(false, "webhook.refused", false),
    };

    private async Task<List<Due>> ClaimAsync(TenantId tenant, CancellationToken ct)
    {
        var session = database.For(tenant);
        var rows = session.Many(
            """
            with due as (
              select d.tenant_id, d.delivery_id from platform.notice_deliveries d
              where d.way = 'webhook' and d.state <= 1 and d.due_at <= $1 and (d.state = 0 or d.lease_until < clock_timestamp())
              order by d.due_at limit $2 for update skip locked)
            update platform.notice_deliveries d set state = 1, attempts = d.attempts + 1, node = $3, lease_until = clock_timestamp() + $4, changed_at = $1
            from due, platform.notices n
            where d.tenant_id = due.tenant_id and d.delivery_id = due.delivery_id and n.tenant_id = d.tenant_id and n.notice_id = d.notice_id
            returning d.delivery_id, d.attempts, n.notice_id, n.kind, n.topic, n.severity, n.subject, n.code, n.created_at
            """,
            Read, Sql.Time(time.GetUtcNow()), Sql.Int(Page), Sql.Uuid(node.Incarnation), Sql.Interval(Lease));
        await session.SendAsync(ct);
        return rows.Value;
    }

    private async Task<HookEnd> CallAsync(NoticeWebhook hook, Due due, CancellationToken ct)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new { id = due.Notice, due.Kind, due.Topic, severity = Severities.Name(due.Severity), due.Subject, due.Code, createdAt = due.At }, Json);
        using var request = new HttpRequestMessage(HttpMethod.Post, hook.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("Idempotency-Key", due.Delivery.ToString("D"));
        request.Headers.Add(BodySignature.Header, BodySignature.Sign(hook.Secret, body, time.GetUtcNow()));
        try
        {
            using var response = await outbound.Client.SendAsync(request.WithLimits(maxBytes: 64 * 1024, timeout: Timeout), ct);
            return Of((int)response.StatusCode);
        }
        catch (OutboundException failed)
        {
            return new HookEnd(false, failed.Code, failed.Code is not (OutboundCodes.PrivateAddress or OutboundCodes.BadAddress));
        }
    }

    private async Task EndAsync(TenantId tenant, Due due, HookEnd end)
    {
        var again = !end.Done && end.Again && due.Attempts <= Pauses.Count;
        var now = time.GetUtcNow();
        var session = database.For(tenant);
        session.Add(
            """
            update platform.notice_deliveries set state = $4::smallint, code = $5, due_at = $6, node = null, lease_until = null, changed_at = $7
            where delivery_id = $1 and node = $2 and attempts = $3 and state = 1
            """,
            Sql.Uuid(due.Delivery), Sql.Uuid(node.Incarnation), Sql.Int(due.Attempts), Sql.Int(end.Done ? 2 : again ? 0 : 3), Sql.Text(end.Code),
            Sql.Time(again ? now + (Pauses[due.Attempts - 1] * (1 + (Random.Shared.NextDouble() / 5))) : now), Sql.Time(now));
        if (!end.Done && !again)
        {
            notices.Raise(session, new NewNotice(NoticeKinds.Alert, NoticeTopics.WebhookFailed, NoticeSeverity.Warning, $"webhook/{due.Delivery}") { Subject = due.Notice, Code = end.Code });
        }

        await session.SendAsync(CancellationToken.None);
    }

    private static Due Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetInt16(1), row.GetGuid(2), row.GetString(3), row.GetString(4), (NoticeSeverity)row.GetInt16(5),
        row.IsDBNull(6) ? null : row.GetGuid(6), row.IsDBNull(7) ? null : row.GetString(7), row.GetFieldValue<DateTimeOffset>(8));
}
