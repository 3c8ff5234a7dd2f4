using Steward.Platform.Erasing;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Notices;

/// <summary>Notices about what is erased go, with who read them. One that others were counted into stays for these and says no longer what it was about.</summary>
internal sealed class NoticeErasure(Database database) : IEraser
{
    private const string CountsOthers =
        "exists (select from platform.notices c where c.tenant_id = n.tenant_id and c.collapsed_into = n.notice_id and not coalesce(c.subject = any ($1), false))";

    public string Room => "platform";

    public async Task EraseAsync(ErasedSubjects subjects, CancellationToken ct)
    {
        var session = database.For(subjects.Tenant);
        session.Add($"update platform.notices n set subject = null, collapse_key = topic where n.subject = any ($1) and {CountsOthers}", Sql.Uuids(subjects.Ids));
        session.Add("delete from platform.notices n where n.subject = any ($1)", Sql.Uuids(subjects.Ids));
        await session.SendAsync(ct);
    }

    public Task EraseTenantAsync(TenantId tenant, CancellationToken ct) => Task.CompletedTask;
}
