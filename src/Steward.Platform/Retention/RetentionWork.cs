using Microsoft.Extensions.Logging;
using Steward.Platform.Postgres;
using Steward.Platform.Schedules;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Retention;

/// <summary>
/// Removes what has reached its age, for every tenant that is not stopped, portion by portion in turns, so that one tenant's million rows do not
/// hold up the others. What is not done when the node ends is done by the next run.
/// </summary>
internal sealed partial class RetentionWork(
    Database database, TenantRetention settings, IEnumerable<IRetentionClass> classes, ITenantStandings standings, TimeProvider time, ILogger<RetentionWork> log)
{
    private sealed record Due(TenantId Tenant, IRetentionClass Class, DateTimeOffset Before);

    public async Task RunAsync(CancellationToken ct)
    {
        var tenants = await database.DispatchAsync("select tenant_id from platform.tenant_ids()", static row => new TenantId(row.GetGuid(0)), ct);
        var failures = new Failures();
        var due = new Queue<Due>();
        // The installation's own mails and audit carry a reserved tenant.
        foreach (var tenant in tenants.Where(standings.Allows).Append(TenantId.Installation))
        {
            // A tenant whose setting cannot be read keeps what it has; the others are swept.
            await failures.KeepAsync(
                async () =>
                {
                    foreach (var one in await DueAsync(tenant, ct))
                    {
                        due.Enqueue(one);
                    }
                },
                failure => Failed(log, failure, "every kind", tenant));
        }

        while (due.TryDequeue(out var next))
        {
            await failures.KeepAsync(
                async () =>
                {
                    if (standings.Allows(next.Tenant) && await next.Class.SweepAsync(next.Tenant, next.Before, ct))
                    {
                        due.Enqueue(next);
                    }
                },
                failure => Failed(log, failure, next.Class.Bounds.Name, next.Tenant));
        }

        failures.ThrowIfAny();
    }

    /// <summary>Until when each class goes. The earlier of two clocks: one that jumped ahead removes nothing early.</summary>
    internal static DateTimeOffset Before(DateTimeOffset node, DateTimeOffset database, int days) => (node < database ? node : database) - TimeSpan.FromDays(days);

    private async Task<List<Due>> DueAsync(TenantId tenant, CancellationToken ct)
    {
        var (setting, clock) = await settings.ReadAsync(tenant, ct);
        return [.. from one in classes let days = setting.Of(one.Bounds) where days is not null select new Due(tenant, one, Before(time.GetUtcNow(), clock, days.Value))];
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The sweep of {Kind} of tenant {Tenant} failed; it is tried again")]
    private static partial void Failed(ILogger log, Exception failure, string kind, TenantId tenant);
}
