using System.CommandLine;
using Steward.Platform.Administration;

namespace Steward.Host.Commands;

/// <summary><c>steward member ...</c></summary>
internal static class MemberCommand
{
    public static Command Make(Terminal terminal) => new("member", "Invite, add, list and remove the people of a tenant.")
    {
        Invite(terminal),
        Add(terminal),
        List(terminal),
        SetRole(terminal),
        Remove(terminal),
        ResetPassword(terminal),
    };

    private static Option<string> Email() => Asked.Required("--email", "The person's e-mail address.");

    private static Command Invite(Terminal terminal)
    {
        var (tenant, email, role) = (Asked.OfTenant(), Email(), Asked.Role());
        return terminal.Runs(new Command("invite", "Make a link that lets one person join, for 7 days.") { tenant, email, role }, async (asked, services, ct) =>
        {
            var of = await services.TenantAsync(asked.GetValue(tenant)!, ct);
            var invitation = await services.GetRequiredService<IMemberAdministration>().InviteAsync(of.Id, asked.GetValue(email)!, asked.GetValue(role), ct);
            var link = invitation.Link(services.PublicAddress());
            return new Answer($"{invitation.Email} joins {of.Name} by this link; it is shown this once:{Environment.NewLine}{link}", new { invitation.Id, invitation.Email, invitation.Role, invitation.Token, link, invitation.ExpiresAt });
        });
    }

    private static Command Add(Terminal terminal)
    {
        var (tenant, email, role) = (Asked.OfTenant(), Email(), Asked.Role());
        var name = Asked.Required("--name", "What the person is called.");
        var input = Asked.PasswordFromInput();
        return terminal.Runs(new Command("add", "Make a member at once, with a password that is shown once.") { tenant, email, name, role, input }, async (asked, services, ct) =>
        {
            var of = await services.TenantAsync(asked.GetValue(tenant)!, ct);
            var (password, made) = await Asked.PasswordAsync(asked.GetValue(input), ct);
            var account = await services.GetRequiredService<IMemberAdministration>().AddAsync(of.Id, asked.GetValue(email)!, asked.GetValue(name)!, asked.GetValue(role), password, ct);
            var shown = made && account != AddedAccount.KeepsPassword ? password : null;
            var said = account switch
            {
                AddedAccount.New => Once(shown),
                AddedAccount.KeepsPassword => " The account existed and keeps its password.",
                _ => " The account existed, but nobody had proven its address: it has a new password, and its sessions have ended." + Once(shown),
            };
            return new Answer(
                $"{asked.GetValue(email)} is {asked.GetValue(role).ToString().ToLowerInvariant()} of {of.Name}." + said,
                new { email = asked.GetValue(email), role = asked.GetValue(role), tenantId = of.Id.Value, isNew = account == AddedAccount.New, account, password = shown });
        });
    }

    private static Command List(Terminal terminal)
    {
        var tenant = Asked.OfTenant();
        return terminal.Runs(new Command("list", "List the members of a tenant.") { tenant }, async (asked, services, ct) =>
        {
            var of = await services.TenantAsync(asked.GetValue(tenant)!, ct);
            return Answer.Table(
                await services.GetRequiredService<IMemberAdministration>().ListAsync(of.Id, ct), "The tenant has no member.",
                ("EMAIL", member => member.Email), ("ROLE", member => member.Role.ToString().ToLowerInvariant()), ("STATE", member => member.Active ? "active" : "suspended"), ("NAME", member => member.Name));
        });
    }

    private static Command SetRole(Terminal terminal)
    {
        var (tenant, email, role) = (Asked.OfTenant(), Email(), Asked.Role());
        return terminal.Runs(new Command("role", "Give a member another role.") { tenant, email, role }, async (asked, services, ct) =>
        {
            var of = await services.TenantAsync(asked.GetValue(tenant)!, ct);
            var member = await services.GetRequiredService<IMemberAdministration>().SetRoleAsync(of.Id, asked.GetValue(email)!, asked.GetValue(role), ct);
            return new Answer($"{member.Email} is {member.Role.ToString().ToLowerInvariant()} of {of.Name}.", member);
        });
    }

    private static Command Remove(Terminal terminal)
    {
        var (tenant, email) = (Asked.OfTenant(), Email());
        return terminal.Runs(new Command("remove", "Remove a member; the last owner stays.") { tenant, email }, async (asked, services, ct) =>
        {
            var of = await services.TenantAsync(asked.GetValue(tenant)!, ct);
            await services.GetRequiredService<IMemberAdministration>().RemoveAsync(of.Id, asked.GetValue(email)!, ct);
            return new Answer($"{asked.GetValue(email)} is no member of {of.Name} any more.", new { email = asked.GetValue(email), tenantId = of.Id.Value });
        });
    }

    private static Command ResetPassword(Terminal terminal)
    {
        var (email, input) = (Email(), Asked.PasswordFromInput());
        return terminal.Runs(new Command("reset-password", "Set the password of an account, of whatever tenants it is a member, and end its sessions.") { email, input }, async (asked, services, ct) =>
        {
            var (password, made) = await Asked.PasswordAsync(asked.GetValue(input), ct);
            await services.GetRequiredService<IMemberAdministration>().ResetPasswordAsync(asked.GetValue(email)!, password, ct);
            return new Answer($"{asked.GetValue(email)} has a new password." + Once(made ? password : null), new { email = asked.GetValue(email), password = made ? password : null });
        });
    }

    internal static string Once(string? password) => password is null ? "" : $"{Environment.NewLine}The password, shown this once: {password}";
}
