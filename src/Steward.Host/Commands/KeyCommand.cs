using System.CommandLine;
using Steward.Platform.Access;
using Steward.Platform.Administration;

namespace Steward.Host.Commands;

/// <summary><c>steward key ...</c></summary>
internal static class KeyCommand
{
    public static Command Make(Terminal terminal) => new("key", "Make, list and revoke the API keys of a tenant.") { Create(terminal), List(terminal), Revoke(terminal) };

    private static Command Create(Terminal terminal)
    {
        var (tenant, name) = (Asked.OfTenant(), Asked.Required("--name", "What the key is for."));
        var permissions = new Option<string[]>("--permission") { Description = "A permission; repeat for more. Without one the key holds all.", AllowMultipleArgumentsPerToken = true };
        permissions.AcceptOnlyFromAmong([.. Permissions.All]);
        var expires = new Option<DateTimeOffset?>("--expires") { Description = "When it ends, such as 2027-01-01. Without it never." };
        return terminal.Runs(new Command("create", "Make an API key; it is shown once.") { tenant, name, permissions, expires }, async (asked, services, ct) =>
        {
            var of = await services.TenantAsync(asked.GetValue(tenant)!, ct);
            var named = asked.GetValue(permissions) is { Length: > 0 } some ? some : [.. Permissions.All];
            var key = await services.GetRequiredService<IKeyAdministration>().CreateAsync(of.Id, asked.GetValue(name)!, named, asked.GetValue(expires), ct);
            return new Answer(
                $"Made the key {key.Id} of {of.Name}. It is shown this once:{Environment.NewLine}{key.Secret}",
                new { key.Id, tenantId = of.Id.Value, name = asked.GetValue(name), key = key.Secret, permissions = named });
        });
    }

    private static Command List(Terminal terminal)
    {
        var tenant = Asked.OfTenant();
        return terminal.Runs(new Command("list", "List the keys of a tenant, without the keys themselves.") { tenant }, async (asked, services, ct) =>
        {
            var of = await services.TenantAsync(asked.GetValue(tenant)!, ct);
            return Answer.Table(
                await services.GetRequiredService<IKeyAdministration>().ListAsync(of.Id, ct), "The tenant has no API key.",
                ("ID", key => key.Id.ToString()), ("PREFIX", key => key.Prefix),
                ("PERMISSIONS", key => key.Permissions.Count == Permissions.All.Count ? "all" : string.Join(',', key.Permissions)), ("NAME", key => key.Name));
        });
    }

    private static Command Revoke(Terminal terminal)
    {
        var tenant = Asked.OfTenant();
        var id = new Argument<Guid>("key") { Description = "The key's id, as 'key list' shows it." };
        return terminal.Runs(new Command("revoke", "Revoke a key.") { tenant, id }, async (asked, services, ct) =>
        {
            var of = await services.TenantAsync(asked.GetValue(tenant)!, ct);
            await services.GetRequiredService<IKeyAdministration>().RevokeAsync(of.Id, asked.GetValue(id), ct);
            return new Answer($"Revoked the key {asked.GetValue(id)} of {of.Name}.", new { id = asked.GetValue(id), tenantId = of.Id.Value });
        });
    }
}
