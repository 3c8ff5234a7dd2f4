using System.Runtime.InteropServices;
using Npgsql;
using Steward.Platform.Events;
using Steward.Platform.Events.Records;
using Steward.Platform.Nodes;
using Steward.Platform.Paging;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Mail;

/// <summary>A mail this node has leased.</summary>
/// <param name="Stale">A node that held it before ended without saying how its attempt ended.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ClaimedMail(TenantId Tenant, Guid Id, bool Stale);

/// <summary>A leased mail, still sealed.</summary>
internal sealed record MailRow(string Kind, int Attempts, bool MaybeRepeated, DateTimeOffset? ExpiresAt, DateTimeOffset CreatedAt, byte[]? Content);

/// <summary>A mail as people see it: never its body.</summary>
internal sealed record MailView(Guid Id, string Kind, MailState State, int Attempts, bool MaybeRepeated, string? Code, DateTimeOffset CreatedAt, DateTimeOffset ChangedAt, byte[] Recipient);

/// <summary>The statements of mail.</summary>
internal sealed class MailStore(Database database, NodeIdentity node, ITenantStandings standings, TimeProvider time)
{
    private const string View = "select mail_id, kind, state, attempts, maybe_repeated, code, created_at, changed_at, recipient from platform.mails";

    /// <summary>Leases due mails to this node, tenants in turn; those of stopped tenants wait.</summary>
    public Task<List<ClaimedMail>> ClaimAsync(TimeSpan lease, int most, CancellationToken ct) => database.DispatchAsync(
        "select tenant_id, mail_id, stale from platform.claim_mails($1, $2, $3, $4, $5)",
        row => new ClaimedMail(new TenantId(row.GetGuid(0)), row.GetGuid(1), row.GetBoolean(2)),
        ct, Sql.Uuid(node.Incarnation), Sql.Interval(lease), Sql.Time(time.GetUtcNow()), Sql.Uuids(standings.Stopped), Sql.Int(most));

    public async Task<MailRow?> ReadAsync(ClaimedMail mail, CancellationToken ct)
    {
        var session = database.For(mail.Tenant);
        var row = session.One(
            "select kind, attempts, maybe_repeated, expires_at, created_at, content from platform.mails where mail_id = $1 and state = 1 and node = $2",
            r => new MailRow(
                r.GetString(0), r.GetInt16(1), r.GetBoolean(2), r.IsDBNull(3) ? null : r.GetFieldValue<DateTimeOffset>(3), r.GetFieldValue<DateTimeOffset>(4),
                r.IsDBNull(5) ? null : r.GetFieldValue<byte[]>(5)),
            Sql.Uuid(mail.Id), Sql.Uuid(node.Incarnation));
        await session.SendAsync(ct);
        return row.Value;
    }

    /// <summary>Stores how an attempt ended, if this node still holds it. False when it does not.</summary>
    public async Task<bool> EndAsync(ClaimedMail mail, MailRow row, MailEnd end, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var session = database.For(mail.Tenant);
        await using var transaction = await session.BeginAsync(ct);
        var stored = session.Add(
            """
            update platform.mails set state = $4::smallint, code = $5, next_at = $6, maybe_repeated = $7, changed_at = $8, node = null, lease_until = null,
              content = case when $4 = 2 then null else content end
            where mail_id = $1 and state = 1 and node = $2 and attempts = $3
            """,
            Sql.Uuid(mail.Id), Sql.Uuid(node.Incarnation), Sql.Int(row.Attempts), Sql.Int((int)end.State), Sql.Text(end.Code), Sql.Time(now + end.Pause),
            Sql.Bool(end.Repeated), Sql.Time(now));
        await session.SendAsync(ct);
        if (stored.Value == 1 && end.State == MailState.Failed && mail.Tenant != TenantId.Installation)
        {
            session.Record(new MailFailed(mail.Id, row.Kind, end.Code!));
        }

        await transaction.CommitAsync(ct);
        return stored.Value == 1;
    }

    public async Task<List<MailView>> ListAsync(TenantId owner, MailState? state, TimeCursor? after, int size, CancellationToken ct)
    {
        var session = database.For(owner);
        var rows = session.Many(
            View + """
             where ($1::smallint is null or state = $1) and ($2::timestamptz is null or (created_at, mail_id) < ($2, $3))
            order by created_at desc, mail_id desc limit $4
            """,
            Read, Sql.Int((int?)state), Sql.Time(after?.At), Sql.Uuid(after?.Id), Sql.Int(size + 1));
        await session.SendAsync(ct);
        return rows.Value;
    }

    public async Task<MailView?> FindAsync(TenantId owner, Guid id, CancellationToken ct)
    {
        var session = database.For(owner);
        var row = session.One(View + " where mail_id = $1", Read, Sql.Uuid(id));
        await session.SendAsync(ct);
        return row.Value;
    }

    /// <summary>Queues a failed mail again, as the same message. False when it has not failed.</summary>
    public async Task<bool> ResendAsync(TenantId owner, Guid id, Action wake, CancellationToken ct)
    {
        var session = database.For(owner);
        await using var transaction = await session.BeginAsync(ct);
        var queued = session.Add(
            "update platform.mails set state = 0, attempts = 0, expires_at = null, next_at = $2, changed_at = $2 where mail_id = $1 and state = 3 and content is not null",
            Sql.Uuid(id), Sql.Time(time.GetUtcNow()));
        await session.SendAsync(ct);
        if (queued.Value == 0)
        {
            return false;
        }

        session.Record(new MailResent(id));
        session.AfterCommit(wake);
        await transaction.CommitAsync(ct);
        return true;
    }

    private static MailView Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetString(1), (MailState)row.GetInt16(2), row.GetInt16(3), row.GetBoolean(4), row.IsDBNull(5) ? null : row.GetString(5),
        row.GetFieldValue<DateTimeOffset>(6), row.GetFieldValue<DateTimeOffset>(7), row.GetFieldValue<byte[]>(8));
}
