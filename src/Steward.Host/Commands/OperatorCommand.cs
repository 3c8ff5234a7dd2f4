using System.CommandLine;
using Steward.Platform.Administration;

namespace Steward.Host.Commands;

/// <summary><c>steward operator ...</c></summary>
internal static class OperatorCommand
{
    public static Command Make(Terminal terminal) => new("operator", "Add, list and remove the people who run the installation.")
    {
        Add(terminal),
        List(terminal),
        Remove(terminal),
        ResetPassword(terminal),
    };

    private static Option<string> Email() => Asked.Required("--email", "The operator's e-mail address.");

    private static Command Add(Terminal terminal)
    {
        var (email, name, input) = (Email(), Asked.Required("--name", "What the operator is called."), Asked.PasswordFromInput());
        return terminal.Runs(new Command("add", "Make an operator, with a password that is shown once.") { email, name, input }, async (asked, services, ct) =>
        {
            var (password, made) = await Asked.PasswordAsync(asked.GetValue(input), ct);
            var added = await services.GetRequiredService<IOperatorAdministration>().AddAsync(asked.GetValue(email)!, asked.GetValue(name)!, password, ct);
            return new Answer($"{added.Email} is an operator." + MemberCommand.Once(made ? password : null), new { added.Id, added.Email, added.Name, password = made ? password : null });
        });
    }

    private static Command List(Terminal terminal) =>
        terminal.Runs(new Command("list", "List the operators."), async (_, services, ct) => Answer.Table(
            await services.GetRequiredService<IOperatorAdministration>().ListAsync(ct), "There is no operator.", ("EMAIL", one => one.Email), ("NAME", one => one.Name)));

    private static Command Remove(Terminal terminal)
    {
        var email = Email();
        return terminal.Runs(new Command("remove", "Remove an operator; its sessions end at once.") { email }, async (asked, services, ct) =>
        {
            await services.GetRequiredService<IOperatorAdministration>().RemoveAsync(asked.GetValue(email)!, ct);
            return new Answer($"{asked.GetValue(email)} is no operator any more.", new { email = asked.GetValue(email) });
        });
    }

    private static Command ResetPassword(Terminal terminal)
    {
        var (email, input) = (Email(), Asked.PasswordFromInput());
        return terminal.Runs(new Command("reset-password", "Set an operator's password and end its sessions.") { email, input }, async (asked, services, ct) =>
        {
            var (password, made) = await Asked.PasswordAsync(asked.GetValue(input), ct);
            await services.GetRequiredService<IOperatorAdministration>().ResetPasswordAsync(asked.GetValue(email)!, password, ct);
            return new Answer($"{asked.GetValue(email)} has a new password." + MemberCommand.Once(made ? password : null), new { email = asked.GetValue(email), password = made ? password : null });
        });
    }
}
