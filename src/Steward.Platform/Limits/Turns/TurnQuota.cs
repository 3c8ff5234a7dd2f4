using System.Globalization;
using Steward.Platform.Access;
using Steward.Platform.Limits.Settings;
using Steward.Platform.Limits.Slices;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Limits.Turns;

/// <summary>
/// Months are counts of their own in a window longer than any month. Where a quota is set nodes lease slices of it and have no credit; elsewhere the rounds
/// in which nodes speak to the database tell of turns afterwards.
/// </summary>
internal sealed class TurnQuota(Database database, TenantLimits limits, SliceDesk desk, TimeProvider time) : ITurnQuota, IUsage
{
    /// <summary>The rule's name.</summary>
    public const string Rule = "turns";

    private static readonly TimeSpan Window = TimeSpan.FromDays(400);
    private static readonly TimeSpan ZoneKept = TimeSpan.FromMinutes(10);
    private static readonly RateRule Counted = new(Rule, [new RateWindow(1_000_000_000, Window)]);
    private readonly TimedCache<TenantId, TimeZoneInfo> _zones = new(time, capacity: 100_000);

    public string Name => "turnsPerMonth";

    public async ValueTask<TurnUse?> TakeAsync(TenantId tenant, CancellationToken ct)
    {
        var use = new TurnUse(tenant, await MonthAsync(tenant, ct));
        var quota = limits.Of(tenant).TurnsPerMonth ?? 0;
        var rule = quota > 0 ? LimitRules.Within(Rule, quota, Window) : Counted;
        return (await desk.TakeAsync(tenant, rule, use.Month, strict: quota > 0, ct)).Allowed ? use : null;
    }

    public void PutBack(TurnUse use) => desk.PutBack(use.Tenant, Rule, use.Month);

    public async ValueTask<long> ReadAsync(TenantId tenant, CancellationToken ct)
    {
        var month = await MonthAsync(tenant, ct);
        var session = database.For(tenant);
        var used = session.One(
            "select coalesce(sum(u), 0)::bigint from platform.rate_counts c, unnest(c.uses) u where c.rule = $1 and c.key = $2", static row => row.GetInt64(0), Sql.Text(Rule), Sql.Text(month));
        await session.SendAsync(ct);
        return used.Value;
    }

    private async ValueTask<string> MonthAsync(TenantId tenant, CancellationToken ct)
    {
        if (!_zones.TryGet(tenant, out var zone))
        {
            var readAt = _zones.Generation;
            var session = database.For(tenant);
            var named = session.One("select time_zone from platform.tenants", static row => row.GetString(0));
            await session.SendAsync(ct);
            zone = TimeZoneInfo.TryFindSystemTimeZoneById(named.Value ?? "UTC", out var found) ? found : TimeZoneInfo.Utc;
            _zones.Set(tenant, zone, ZoneKept, readAt);
        }

        return TimeZoneInfo.ConvertTime(time.GetUtcNow(), zone).ToString("yyyy-MM", CultureInfo.InvariantCulture);
    }
}
