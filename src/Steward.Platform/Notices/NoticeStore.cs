using Npgsql;
using Steward.Platform.Paging;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Notices;

/// <summary>A notice as one reader sees it.</summary>
internal sealed record NoticeRow(Guid Id, string Kind, string Topic, NoticeSeverity Severity, Guid? Subject, string? Code, long Repeats, bool Read, DateTimeOffset At);

/// <summary>What readers see of notices, and that they have seen it.</summary>
internal sealed class NoticeStore(Database database, TimeProvider time)
{
    private const string Unread = "not exists (select from platform.notice_reads r where r.tenant_id = n.tenant_id and r.notice_id = n.notice_id and r.reader_id = $1)";

    public async Task<List<NoticeRow>> ListAsync(TenantId tenant, Guid reader, string[] kinds, bool unreadOnly, TimeCursor? after, int size, CancellationToken ct)
    {
        var session = database.For(tenant);
        var rows = session.Many(
            $"""
            select n.notice_id, n.kind, n.topic, n.severity, n.subject, n.code,
              (select count(*) from platform.notices c where c.tenant_id = n.tenant_id and c.collapsed_into = n.notice_id), {Unread}, n.created_at
            from platform.notices n
            where n.collapsed_into is null and n.kind = any ($2) and (not $3 or {Unread}) and ($4::timestamptz is null or (n.created_at, n.notice_id) < ($4, $5))
            order by n.created_at desc, n.notice_id desc limit $6
            """,
            Read, Sql.Uuid(reader), Sql.Texts(kinds), Sql.Bool(unreadOnly), Sql.Time(after?.At), Sql.Uuid(after?.Id), Sql.Int(size + 1));
        await session.SendAsync(ct);
        return rows.Value;
    }

    /// <summary>How many are unread, counted up to a hundred.</summary>
    public async Task<int> UnreadAsync(TenantId tenant, Guid reader, string[] kinds, CancellationToken ct)
    {
        var session = database.For(tenant);
        var count = session.One(
            $"select count(*) from (select 1 from platform.notices n where n.collapsed_into is null and n.kind = any ($2) and {Unread} limit 100) u",
            row => (int)row.GetInt64(0), Sql.Uuid(reader), Sql.Texts(kinds));
        await session.SendAsync(ct);
        return count.Value;
    }

    /// <summary>Marks a notice as read, or as unread again. False when the reader sees no such notice.</summary>
    public async Task<bool> MarkAsync(TenantId tenant, Guid reader, string[] kinds, Guid id, bool read, CancellationToken ct)
    {
        var session = database.For(tenant);
        var found = session.One(
            "select 1 from platform.notices where notice_id = $1 and kind = any ($2) and collapsed_into is null", row => row.GetInt32(0), Sql.Uuid(id), Sql.Texts(kinds));
        if (read)
        {
            session.Add(
                """
                insert into platform.notice_reads (tenant_id, notice_id, reader_id, read_at)
                select n.tenant_id, n.notice_id, $2, $4 from platform.notices n where n.notice_id = $1 and n.kind = any ($3) and n.collapsed_into is null on conflict do nothing
                """,
                Sql.Uuid(id), Sql.Uuid(reader), Sql.Texts(kinds), Sql.Time(time.GetUtcNow()));
        }
        else
        {
            session.Add("delete from platform.notice_reads where notice_id = $1 and reader_id = $2", Sql.Uuid(id), Sql.Uuid(reader));
        }

        await session.SendAsync(ct);
        return found.Value == 1;
    }

    /// <summary>Marks all that the reader sees as read, up to a time.</summary>
    public async Task MarkAllAsync(TenantId tenant, Guid reader, string[] kinds, DateTimeOffset until, CancellationToken ct)
    {
        var session = database.For(tenant);
        session.Add(
            $"""
            insert into platform.notice_reads (tenant_id, notice_id, reader_id, read_at)
            select n.tenant_id, n.notice_id, $1, $4 from platform.notices n
            where n.collapsed_into is null and n.kind = any ($2) and n.created_at <= $3 and {Unread} on conflict do nothing
            """,
            Sql.Uuid(reader), Sql.Texts(kinds), Sql.Time(until), Sql.Time(time.GetUtcNow()));
        await session.SendAsync(ct);
    }

    private static NoticeRow Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetString(1), row.GetString(2), (NoticeSeverity)row.GetInt16(3), row.IsDBNull(4) ? null : row.GetGuid(4),
        row.IsDBNull(5) ? null : row.GetString(5), row.GetInt64(6), !row.GetBoolean(7), row.GetFieldValue<DateTimeOffset>(8));
}
