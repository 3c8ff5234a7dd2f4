using Steward.Platform.Postgres;
using Steward.Platform.Retention;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Audit;

/// <summary>Entries that have been kept long enough. The application's role deletes none itself, and the database gives up none younger than 30 days.</summary>
internal sealed class OldEntries(Database database) : IRetentionClass
{
    private const int Portion = 5_000;

    public RetentionBounds Bounds { get; } = new("audit", Days: 400, Least: 30, Most: 3650);

    public async Task<bool> SweepAsync(TenantId tenant, DateTimeOffset before, CancellationToken ct)
    {
        var gone = await database.DispatchAsync(
            "select platform.sweep_audit($1, $2, $3)", row => row.GetInt32(0), ct, Sql.Uuid(tenant.Value), Sql.Time(before), Sql.Int(Portion));
        return gone[0] == Portion;
    }
}
