using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Steward.Platform.Access.Accounts;
using Steward.Platform.Mail;

namespace Steward.Platform.Access.Recovery;

/// <summary>
/// Requests for a new password, worked off after they were answered: neither the answer nor how long it took tells whether there is such an
/// account. What waits when the process is killed is asked for again by its person.
/// </summary>
internal sealed partial class ResetRequests(IServiceScopeFactory scopes, IMailOutbox outbox, ILogger<ResetRequests> log) : BackgroundService
{
    private readonly Channel<string> _asked = Channel.CreateBounded<string>(1000);

    /// <summary>False when too many wait already.</summary>
    public bool TryAdd(string email) => _asked.Writer.TryWrite(email);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var closing = stoppingToken.Register(() => _asked.Writer.TryComplete());
        await foreach (var email in _asked.Reader.ReadAllAsync(CancellationToken.None))
        {
            try
            {
                await HandleAsync(email, CancellationToken.None);
            }
#pragma warning disable CA1031 // One request that cannot be worked off must not keep the others.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                Failed(log, failure);
            }
        }
    }

    private async Task HandleAsync(string email, CancellationToken ct)
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "A request for a new password could not be worked off")]
    private static partial void Failed(ILogger log, Exception failure);
}
