using Steward.Platform.Paging;
using Steward.Platform.Tenancy;
using Steward.Platform.Tenancy.Administration;
using Steward.Platform.Tenancy.Lifecycle;

namespace Steward.Platform.Administration;

internal sealed class TenantDesk(TenantAdministration administration, TenantLifecycle lifecycle, ITenants tenants) : ITenantAdministration
{
    public async Task<(Tenant Tenant, HandedInvitation Owner)> CreateAsync(TenantOrder order, CancellationToken ct)
    {
        var wanted = new NewTenant(null, order.Name, order.OwnerEmail, order.TimeZone, order.Locale, order.Currency);
        if (TenantAdministration.Check(wanted) is { } fault)
        {
            throw new RefusedException(fault.Code, fault.Detail);
        }

        var made = (await administration.CreateAsync(wanted, Guid.Empty, ct))!;
        return (made.Tenant, MemberDesk.Handed(made.Invitation));
    }

    public async Task<Tenant> FindAsync(string idOrName, CancellationToken ct)
    {
        if (Guid.TryParse(idOrName, out var id) && id != Guid.Empty)
        {
            return await tenants.FindAsync(new TenantId(id), ct) ?? throw NotFound();
        }

        var named = (await ListAsync(null, ct)).Where(tenant => tenant.Name == idOrName).ToList();
        return named.Count switch
        {
            1 => named[0],
            0 => throw NotFound(),
            _ => throw new RefusedException("tenant.ambiguous", $"{named.Count} tenants have this name. Give the id of one."),
        };
    }

    public Task<IReadOnlyList<Tenant>> ListAsync(string? state, CancellationToken ct) =>
        Pages.AllAsync((after, size) => administration.ListAsync(state, after, size, ct), last => new TimeCursor(last.CreatedAt, last.Id.Value));

    public async Task<Tenant> DoAsync(TenantId tenant, TenantAct act, CancellationToken ct)
    {
        var (now, refusal) = await lifecycle.DoAsync(tenant, act, null, Guid.Empty, ct);
        return refusal switch
        {
            LifecycleRefusal.None => now!,
            LifecycleRefusal.NotFound => throw NotFound(),
            LifecycleRefusal.Erasing => throw new RefusedException("tenant.erasing", "The time of grace has ended and the tenant is being erased. It is too late."),
            _ => throw new RefusedException("tenant.state", $"The tenant is {now!.State}; that cannot be done to it now."),
        };
    }

    private static RefusedException NotFound() => new("tenant.not_found", "There is no such tenant, or it was erased.");
}
