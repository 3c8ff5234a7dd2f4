using Steward.Platform.Postgres;

namespace Steward.Platform.Schedules;

/// <summary>The rows of schedules. Leases use the database's clock; due times come from the caller's, which tests can move.</summary>
internal sealed class ScheduleRows(Database database)
{
    /// <summary>
    /// Adds what is new and takes over plans that changed. A plan that stayed keeps its next time, unless that is later than any run of today could
    /// have set it: a node whose clock was ahead did, and nothing would run until then.
    /// </summary>
    public Task EnsureAsync(Schedule schedule, DateTimeOffset next, CancellationToken ct) => database.DispatchAsync(
        """
        insert into platform.schedules (name, plan, next_at) values ($1, $2, $3)
        on conflict (name) do update set plan = excluded.plan, next_at = excluded.next_at
          where schedules.plan <> excluded.plan
            or (schedules.next_at > excluded.next_at + interval '1 minute' and (schedules.lease_until is null or schedules.lease_until < clock_timestamp()))
        """,
        _ => 0, ct, Sql.Text(schedule.Name), Sql.Text(schedule.Plan), Sql.Time(next));

    /// <summary>Takes one due schedule that no living node runs; null when none is due.</summary>
    public async Task<ClaimedSchedule?> ClaimAsync(string[] known, Guid node, TimeSpan lease, DateTimeOffset now, CancellationToken ct)
    {
        var rows = await database.DispatchAsync(
            """
            update platform.schedules s
            set lease_node = $2, lease_until = clock_timestamp() + $3, started_at = $4
            where s.name = (
              select name from platform.schedules
              where name = any ($1) and next_at <= $4 and (lease_until is null or lease_until < clock_timestamp())
              order by next_at limit 1 for update skip locked)
            returning s.name, s.failures
            """,
            row => new ClaimedSchedule(row.GetString(0), row.GetInt32(1)),
            ct, Sql.Texts(known), Sql.Uuid(node), Sql.Interval(lease), Sql.Time(now));
        return rows is [var claimed] ? claimed : null;
    }

    /// <summary>Prolongs the lease; false when another node took the schedule meanwhile.</summary>
    public async Task<bool> RenewAsync(string name, Guid node, TimeSpan lease, CancellationToken ct) =>
        (await database.DispatchAsync(
            "update platform.schedules set lease_until = clock_timestamp() + $3 where name = $1 and lease_node = $2 returning 1",
            _ => 1, ct, Sql.Text(name), Sql.Uuid(node), Sql.Interval(lease))).Count == 1;

    /// <summary>Stores the end of a run and frees the schedule, if this node still holds it.</summary>
    public Task FinishAsync(string name, Guid node, DateTimeOffset next, DateTimeOffset now, int failures, string? error, CancellationToken ct) => database.DispatchAsync(
        """
        update platform.schedules
        set next_at = $3, finished_at = $4, failures = $5, last_error = $6, lease_node = null, lease_until = null
        where name = $1 and lease_node = $2
        """,
        _ => 0, ct, Sql.Text(name), Sql.Uuid(node), Sql.Time(next), Sql.Time(now), Sql.Int(failures), Sql.Text(error));
}

internal sealed record ClaimedSchedule(string Name, int Failures);
