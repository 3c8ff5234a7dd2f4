namespace Steward.Platform.Schedules;

/// <summary>What runs at its times, once per time on the whole installation.</summary>
/// <param name="Name">Stable name; the row in the database.</param>
/// <param name="Plan">A Quartz cron expression in UTC (<c>0 0 3 * * ?</c>), or an interval as <c>every 00:05:00</c>.</param>
/// <param name="Handler">The work. It may run again after a crash or an expired lease, so it is idempotent.</param>
internal sealed record Schedule(string Name, string Plan, Func<IServiceProvider, CancellationToken, Task> Handler);
