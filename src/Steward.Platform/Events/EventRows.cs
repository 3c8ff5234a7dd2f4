using System.Text.Json;
using Npgsql;
using Steward.Platform.Postgres;

namespace Steward.Platform.Events;

/// <summary>Reads stored events.</summary>
internal static class EventRows
{
    /// <summary>The tenant's events with these ids, in order of commit visibility.</summary>
    /// <param name="session">The tenant's session.</param>
    /// <param name="which">A further condition on <c>e</c>; a constant of the caller, never a caller's text.</param>
    /// <param name="ids">$1 of the statement.</param>
    /// <param name="more">$2 and on, for the condition.</param>
    public static Pending<List<StoredEvent>> Events(this TenantSession session, string which, long[] ids, params NpgsqlParameter[] more) => session.Many(
        $"""
        select e.id, e.name, e.subject, e.at, e.body::text, e.actor, e.actor_id, e.door, e.origin from platform.events e
        where e.tenant_id = (select current_setting('steward.tenant')::uuid) and e.id = any ($1) and {which} order by e.tx, e.id
        """,
        static row => new StoredEvent(row.GetInt64(0), row.GetString(1), row.GetGuid(2), row.GetFieldValue<DateTimeOffset>(3), JsonElement.Parse(row.GetString(4))) { By = ActorOf(row) },
        [Sql.Longs(ids), .. more]);

    private static Actor ActorOf(NpgsqlDataReader row) => row.IsDBNull(5) || ActorKinds.TryParse(row.GetString(5)) is not { } kind
        ? Actor.System
        : new Actor(kind, row.IsDBNull(6) ? null : row.GetGuid(6), TextOf(row, 7), TextOf(row, 8));

    private static string? TextOf(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
