using System.CommandLine;
using System.Globalization;
using Steward.Platform.Administration;
using Steward.Platform.Tenancy;

namespace Steward.Host.Commands;

/// <summary><c>steward tenant ...</c></summary>
internal static class TenantCommand
{
    public static Command Make(Terminal terminal) => new("tenant", "Create, list, stop and delete tenants.")
    {
        Create(terminal),
        List(terminal),
        Show(terminal),
        Act(terminal, "suspend", "Stop a tenant: its calls are refused and its work waits.", TenantAct.Suspend),
        Act(terminal, "resume", "Let a stopped tenant go on.", TenantAct.Resume),
        Act(terminal, "delete", "Stop a tenant and erase it after its time of grace.", TenantAct.Delete),
        Act(terminal, "undelete", "Undo a deletion during its time of grace.", TenantAct.Undelete),
    };

    private static Command Create(Terminal terminal)
    {
        var name = Asked.Required("--name", "What people call it.");
        var owner = Asked.Required("--owner", "The first owner's e-mail address; the answer has a link for that person.");
        var zone = Asked.Optional("--time-zone", "IANA time zone, such as Europe/Copenhagen. Default UTC.");
        var locale = Asked.Optional("--locale", "BCP 47 language tag, such as de-AT. Default en.");
        var currency = Asked.Optional("--currency", "ISO 4217 code, such as EUR. Default USD.");
        var command = new Command("create", "Create a tenant and a link that lets its first owner join.") { name, owner, zone, locale, currency };
        return terminal.Runs(command, async (asked, services, ct) =>
        {
            var (tenant, invitation) = await services.GetRequiredService<ITenantAdministration>().CreateAsync(
                new TenantOrder(asked.GetValue(name)!, asked.GetValue(owner)!, asked.GetValue(zone), asked.GetValue(locale), asked.GetValue(currency)), ct);
            var link = invitation.Link(services.PublicAddress());
            return new Answer(
                $"""
                Created {tenant.Name} ({tenant.Id}).
                Its owner {invitation.Email} joins by this link, until {Time(invitation.ExpiresAt)}; it is shown this once:
                {link}
                """,
                new { tenant = View(tenant), owner = new { invitation.Email, invitation.Token, link, invitation.ExpiresAt } });
        });
    }

    private static Command List(Terminal terminal)
    {
        var state = Asked.Optional("--state", "Only tenants that are active, suspended or deleting.");
        state.AcceptOnlyFromAmong("active", "suspended", "deleting");
        return terminal.Runs(new Command("list", "List tenants, oldest first.") { state }, async (asked, services, ct) =>
        {
            var tenants = await services.GetRequiredService<ITenantAdministration>().ListAsync(asked.GetValue(state), ct);
            var table = Answer.Table(
                tenants, "There is no tenant.",
                ("ID", tenant => tenant.Id.ToString()), ("STATE", tenant => tenant.State), ("CREATED", tenant => Time(tenant.CreatedAt)), ("NAME", tenant => tenant.Name));
            return table with { Value = tenants.Select(View) };
        });
    }

    private static Command Show(Terminal terminal)
    {
        var tenant = Asked.Tenant();
        return terminal.Runs(new Command("show", "Show one tenant.") { tenant }, async (asked, services, ct) => Shown(await services.TenantAsync(asked.GetValue(tenant)!, ct)));
    }

    private static Command Act(Terminal terminal, string verb, string description, TenantAct act)
    {
        var tenant = Asked.Tenant();
        return terminal.Runs(new Command(verb, description) { tenant }, async (asked, services, ct) =>
        {
            var found = await services.TenantAsync(asked.GetValue(tenant)!, ct);
            return Shown(await services.GetRequiredService<ITenantAdministration>().DoAsync(found.Id, act, ct));
        });
    }

    private static Answer Shown(Tenant tenant) => new(
        $"""
        {tenant.Name} ({tenant.Id})
        state      {tenant.State} since {Time(tenant.StateChangedAt)}{(tenant.EraseAt is { } erase ? $", erased after {Time(erase)} unless undeleted" : "")}
        created    {Time(tenant.CreatedAt)}
        time zone  {tenant.TimeZone}
        locale     {tenant.Locale}
        currency   {tenant.Currency}
        """,
        View(tenant));

    private static object View(Tenant tenant) => new
    {
        id = tenant.Id.Value,
        tenant.Name,
        tenant.State,
        tenant.TimeZone,
        tenant.Locale,
        tenant.Currency,
        tenant.CreatedAt,
        tenant.StateChangedAt,
        tenant.EraseAt,
    };

    private static string Time(DateTimeOffset at) => at.ToUniversalTime().ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);
}
