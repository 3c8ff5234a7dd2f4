using Steward.Platform.Events;
using Steward.Platform.Events.Records;
using Steward.Platform.Postgres;
using Steward.Platform.Sealing;

namespace Steward.Platform.Tenancy;

internal sealed class Tenants(Database database, TenantSealing sealing) : ITenants
{
    public async Task<Tenant> CreateAsync(string name, CancellationToken ct, string timeZone = "UTC", string locale = "en")
    {
        var tenant = new Tenant(TenantId.New(), name, "active", timeZone, locale);
        var session = database.For(tenant.Id);
        session.Add(
            "insert into platform.tenants (tenant_id, name, time_zone, locale) values ($1, $2, $3, $4)",
            Sql.Uuid(tenant.Id.Value),
            Sql.Text(name),
            Sql.Text(tenant.TimeZone),
            Sql.Text(tenant.Locale));
        sealing.AppendNewKeys(session);
        session.Record(new TenantCreated(tenant.Id.Value));
        await session.SendAsync(ct);
        return tenant;
    }

    public async Task<Tenant?> FindAsync(TenantId id, CancellationToken ct)
    {
        var session = database.For(id);
        var row = session.One(
            "select name, state, time_zone, locale from platform.tenants where tenant_id = $1",
            r => new Tenant(id, r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3)),
            Sql.Uuid(id.Value));
        await session.SendAsync(ct);
        return row.Value;
    }

    public async Task<IReadOnlyList<TenantId>> IdsAsync(CancellationToken ct)
        => await database.DispatchAsync("select tenant_id from platform.tenant_ids()", row => new TenantId(row.GetGuid(0)), ct);
}
