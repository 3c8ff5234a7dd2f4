using Steward.Platform.Postgres;

namespace Steward.Platform.Files;

/// <summary>Bytes that a room keeps for a tenant and that count against its storage.</summary>
/// <param name="Sql">An expression that gives them for the session's tenant; a constant of the room.</param>
public sealed record StoredBytes(string Sql);

/// <summary>What a tenant keeps in all rooms, and the refusal of what would be too much: in the transaction that keeps it, one after another.</summary>
public sealed class StorageDemand(IEnumerable<StoredBytes> rooms)
{
    /// <summary>The SQLSTATE of the refusal.</summary>
    public const string NoRoom = "FI002";

    private readonly string _sum = $"({string.Join(" + ", rooms.Select(static room => room.Sql).Prepend("0"))})::bigint";

    /// <summary>Appends the question, after what is to be kept: the transaction is refused when the tenant would keep more than it may.</summary>
    public void Append(TenantSession session, long most)
    {
        session.One("select pg_advisory_xact_lock(hashtextextended(current_setting('steward.tenant'), 812))::text", static _ => 0);
        // A statement of its own: it sees what those have committed who held the lock before.
        session.One($"select platform.demand_room($1, {_sum})", static _ => 0, Sql.Long(most));
    }

    /// <summary>Appends the sum.</summary>
    internal Pending<long> AppendRead(TenantSession session) => session.One($"select {_sum}", static row => row.GetInt64(0));
}
