using System.Globalization;
using Steward.Platform.Notices;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Limits.Turns;

/// <summary>Tells a tenant's people when four fifths of the month's turns are used, and when all are: each once.</summary>
internal sealed class TurnQuotaNotices(Database database, ITenantLimits limits, INotices notices)
{
    public async Task RunAsync(CancellationToken ct)
    {
        var counted = await database.DispatchAsync(
            "select tenant_id, month, used from platform.turns_counted()", static row => (Tenant: new TenantId(row.GetGuid(0)), Month: row.GetInt32(1), Used: row.GetInt64(2)), ct);
        foreach (var (tenant, month, used) in counted)
        {
            if (Share(used, limits.Of(tenant).TurnsPerMonth ?? 0) is not { } share)
            {
                continue;
            }

            var session = database.For(tenant);
            notices.Raise(session, new NewNotice(
                NoticeKinds.System, share == 100 ? NoticeTopics.TurnsUsedUp : NoticeTopics.TurnsNearlyUsedUp,
                share == 100 ? NoticeSeverity.Urgent : NoticeSeverity.Warning, string.Create(CultureInfo.InvariantCulture, $"quota/turns/{month}/{share}")));
            await session.SendAsync(ct);
        }
    }

    /// <summary>100 or 80, the share of the quota in percent that was reached; null below. A quota of 0 is none.</summary>
    internal static int? Share(long used, long quota) => quota <= 0 ? null : used >= quota ? 100 : used * 5 >= quota * 4 ? 80 : null;
}
