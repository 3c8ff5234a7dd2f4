using Steward.Platform.Postgres;

namespace Steward.Platform.Events;

/// <summary>How far each subscriber came. One node at a time moves a position: it holds a lease on the row.</summary>
internal static class EventPositions
{
    public static async Task<(string Tx, long Id)?> ClaimAsync(Database database, string name, Guid node, CancellationToken ct)
    {
        var rows = await database.DispatchAsync(
            """
            insert into platform.subscribers as s (name, lease_node, lease_until) values ($1, $2, now() + interval '60 seconds')
            on conflict (name) do update set lease_node = $2, lease_until = now() + interval '60 seconds'
              where s.lease_node = $2 or s.lease_until < now()
            returning tx::text, id
            """,
            row => (row.GetString(0), row.GetInt64(1)),
            ct,
            Sql.Text(name),
            Sql.Uuid(node));
        return rows.Count == 0 ? null : rows[0];
    }

    public static async Task StoreAsync(Database database, string name, Guid node, string tx, long id, CancellationToken ct)
        => await database.DispatchAsync(
            "update platform.subscribers set tx = $3::text::xid8, id = $4, moved_at = now() where name = $1 and lease_node = $2 returning 1",
            row => row.GetInt32(0),
            ct,
            Sql.Text(name),
            Sql.Uuid(node),
            Sql.Text(tx),
            Sql.Long(id));
}
