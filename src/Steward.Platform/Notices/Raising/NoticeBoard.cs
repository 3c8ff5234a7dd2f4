using Steward.Platform.Postgres;
using Steward.Platform.Wakeups;

namespace Steward.Platform.Notices.Raising;

internal sealed class NoticeBoard(IWakeups wakeups, TimeProvider time) : INotices
{
    /// <summary>The topic by which a commit wakes the workers of all nodes.</summary>
    public const string Topic = "notices";

    public void Raise(TenantSession session, NewNotice notice)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(notice.DedupeKey.Length, 200, nameof(notice));
        session.Add(
            """
            insert into platform.notices (tenant_id, notice_id, kind, topic, severity, subject, code, dedupe_key, collapse_key, created_at)
            values (current_setting('steward.tenant')::uuid, $1, $2, $3, $4::smallint, $5, $6, $7, $8, $9) on conflict do nothing
            """,
            Sql.Uuid(Guid.CreateVersion7()), Sql.Text(notice.Kind), Sql.Text(notice.Topic), Sql.Int((int)notice.Severity), Sql.Uuid(notice.Subject),
            Sql.Text(notice.Code), Sql.Text(notice.DedupeKey), Sql.Text(notice.CollapseKey ?? notice.Topic), Sql.Time(time.GetUtcNow()));
        session.AfterCommit(() => wakeups.Send(Topic, ""));
    }
}
