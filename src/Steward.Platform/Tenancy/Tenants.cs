using Steward.Platform.Events;
using Steward.Platform.Events.Records;
using Steward.Platform.Postgres;
using Steward.Platform.Sealing;

namespace Steward.Platform.Tenancy;

internal sealed class Tenants(Database database, TenantSealing sealing) : ITenants
{
    public Task<Tenant> CreateAsync(string name, CancellationToken ct, string timeZone = "UTC", string locale = "en")
        => CreateAsync(new Tenant(TenantId.New(), name, "active", timeZone, locale), static _ => { }, ct);

    /// <summary>Creates the tenant together with what is appended to its session: the first people, so that none is left without.</summary>
    public async Task<Tenant> CreateAsync(Tenant tenant, Action<TenantSession> with, CancellationToken ct)
    {
        var session = database.For(tenant.Id);
        session.Add(
            "insert into platform.tenants (tenant_id, name, time_zone, locale, currency) values ($1, $2, $3, $4, $5)",
            Sql.Uuid(tenant.Id.Value),
            Sql.Text(tenant.Name),
            Sql.Text(tenant.TimeZone),
            Sql.Text(tenant.Locale),
            Sql.Text(tenant.Currency));
        sealing.AppendNewKeys(session);
        session.Record(new TenantCreated(tenant.Id.Value));
        with(session);
        var stored = TenantRows.AppendRead(session);
        await session.SendAsync(ct);
        return stored.Value!;
    }

    public async Task<Tenant?> FindAsync(TenantId id, CancellationToken ct)
    {
        var session = database.For(id);
        var row = TenantRows.AppendRead(session);
        await session.SendAsync(ct);
        return row.Value;
    }

    public async Task<IReadOnlyList<TenantId>> IdsAsync(CancellationToken ct)
        => await database.DispatchAsync("select tenant_id from platform.tenant_ids()", row => new TenantId(row.GetGuid(0)), ct);
}
