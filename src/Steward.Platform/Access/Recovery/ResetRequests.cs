using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Steward.Platform.Access.Accounts;
using Steward.Platform.Mail;

namespace Steward.Platform.Access.Recovery;

/// <summary>
/// Requests for a new password, worked off after they were answered: neither the answer nor how long it took tells whether there is such an
/// account. What waits when the process is killed is asked for again by its person.
/// </summary>
internal sealed class ResetRequests(IServiceScopeFactory scopes, IMailOutbox outbox, ILogger<ResetRequests> log) : AfterAnswers<string>(log)
{
    protected override async Task HandleAsync(string email, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        if (await scope.ServiceProvider.GetRequiredService<Passwords>().FindAsync(email) is not { } account)
        {
            return;
        }

        var session = outbox.ForInstallation();
        await scope.ServiceProvider.GetRequiredService<AccountMail>().AppendResetAsync(session, account, ct);
        await session.SendAsync(ct);
    }
}
