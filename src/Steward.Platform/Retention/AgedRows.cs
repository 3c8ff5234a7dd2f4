using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Retention;

/// <summary>Rows of one table that go when they are old enough.</summary>
/// <param name="table">The table.</param>
/// <param name="old">A condition in which $1 is the time; a constant of the room, never a caller's text.</param>
internal sealed class AgedRows(RetentionBounds bounds, Database database, string table, string old) : IRetentionClass
{
    private const int Portion = 5_000;

    public RetentionBounds Bounds => bounds;

    public async Task<bool> SweepAsync(TenantId tenant, DateTimeOffset before, CancellationToken ct)
    {
        var session = database.For(tenant);
        var gone = session.Add(
            // Asked again of each row: one that was written to meanwhile may be old no longer.
            $"delete from {table} where ctid = any (array(select ctid from {table} where tenant_id = (select current_setting('steward.tenant')::uuid) and {old} limit $2)) and {old}",
            Sql.Time(before), Sql.Int(Portion));
        await session.SendAsync(ct);
        return gone.Value == Portion;
    }
}
