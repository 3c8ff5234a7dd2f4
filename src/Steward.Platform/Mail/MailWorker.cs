using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Steward.Platform.Mail.Transports;
using Steward.Platform.Nodes;
using Steward.Platform.Sealing;
using Steward.Platform.Telemetry;
using Steward.Platform.Wakeups;

namespace Steward.Platform.Mail;

/// <summary>Sends what is due. A claim is a lease longer than any attempt; a lease that ran out leaves an attempt nobody knows the end of.</summary>
internal sealed partial class MailWorker(
    MailStore store, MailSeals seals, MailSettings settings, IMailTransport? transport, IWakeups wakeups, NodeState state, TimeProvider time, ILogger<MailWorker> log)
    : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan MostOfAttempt = TimeSpan.FromMinutes(8);
    private const int StoreTries = 40;
    private static readonly TimeSpan StorePause = TimeSpan.FromMilliseconds(250);
    private static readonly Counter<long> Attempts = StewardTelemetry.Meter.CreateCounter<long>("steward.mail.attempts", description: "Attempts to send a mail, by what they left: sent, queued again or failed.");

    /// <summary>Sends until nothing is due. Tests call it instead of waiting. Returns how many attempts were made.</summary>
    internal async Task<int> DrainAsync(CancellationToken ct)
    {
        var attempts = 0;
        while (!state.IsDraining && await store.ClaimAsync(Lease, settings.Lanes, ct) is { Count: > 0 } claimed)
        {
            await Task.WhenAll(claimed.Select(mail => SendAsync(mail, ct)));
            attempts += claimed.Count;
        }

        return attempts;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (transport is null)
        {
            NoTransport(log);
            return;
        }

        using var bell = new WorkBell(wakeups, MailOutbox.Topic);
        await bell.RunAsync(Look, DrainAsync, failure => LookFailed(log, failure), stoppingToken);
    }

    private async Task SendAsync(ClaimedMail mail, CancellationToken ct)
    {
        if (await store.ReadAsync(mail, ct) is not { } row)
        {
            return;
        }

        var outcome = mail.Stale ? null : await AttemptAsync(mail, row, ct);
        var end = MailRules.After(outcome, row.Attempts, row.MaybeRepeated, settings.Pauses, Random.Shared.NextDouble());
        await StoreAsync(mail, row, end, ct);
        Attempts.Add(1, new KeyValuePair<string, object?>("outcome", end.State.ToString().ToLowerInvariant()));
        if (end.State == MailState.Failed)
        {
            Failed(log, mail.Id, row.Kind, end.Code, row.Attempts);
        }
    }

    private async Task<MailOutcome?> AttemptAsync(ClaimedMail mail, MailRow row, CancellationToken ct)
    {
        if (row.ExpiresAt <= time.GetUtcNow())
        {
            return new MailOutcome.Refused(MailCodes.Expired, Permanent: true);
        }

        using var late = new CancellationTokenSource(MostOfAttempt, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, ct);
        var (content, unopened) = await OpenAsync(mail, row, ct);
        if (content is null)
        {
            return unopened;
        }

        try
        {
            return await transport!.SendAsync(new OutgoingMail(mail.Tenant, mail.Id, row.Kind, row.CreatedAt, content), either.Token);
        }
#pragma warning disable CA1031 // Whatever a transport throws, nobody can say whether the mail left.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            AttemptFailed(log, failure, mail.Id);
            return new MailOutcome.Unknown(MailCodes.TransportFailed);
        }
    }

    /// <summary>What is to be sent, or why it cannot be read: for good, or as long as the database with its key is away. Either way nothing has left.</summary>
    private async Task<(MailContent? Content, MailOutcome? Unopened)> OpenAsync(ClaimedMail mail, MailRow row, CancellationToken ct)
    {
        try
        {
            return row.Content is null
                ? (null, new MailOutcome.Refused(MailCodes.Unreadable, Permanent: true))
                : (await seals.OpenContentAsync(mail.Tenant, mail.Id, row.Content, ct), null);
        }
        catch (Exception failure) when (failure is SealBrokenException or CryptographicException or JsonException or UnknownTenantException)
        {
            AttemptFailed(log, failure, mail.Id);
            return (null, new MailOutcome.Refused(MailCodes.Unreadable, Permanent: true));
        }
        catch (Exception failure) when (failure is NpgsqlException or TimeoutException)
        {
            AttemptFailed(log, failure, mail.Id);
            return (null, new MailOutcome.Refused(MailCodes.KeysAway, Permanent: false));
        }
    }

    /// <summary>What the server said is stored even when this node stops or the database is away for a while: a known end must not become an unknown one.</summary>
    private async Task StoreAsync(ClaimedMail mail, MailRow row, MailEnd end, CancellationToken ct)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await store.EndAsync(mail, row, end, CancellationToken.None);
                return;
            }
            catch (Exception failure) when (tries < StoreTries && failure is NpgsqlException or TimeoutException && !ct.IsCancellationRequested)
            {
                await Task.Delay(StorePause, time, CancellationToken.None);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "No way out for mail is set: mails stay queued. Set STEWARD_SMTP_HOST, or STEWARD_MAIL=file")]
    private static partial void NoTransport(ILogger log);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Due mails could not be read; they are looked for again")]
    private static partial void LookFailed(ILogger log, Exception failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Mail {Mail} ({Kind}) failed with {Code} after {Attempts} attempts")]
    private static partial void Failed(ILogger log, Guid mail, string kind, string? code, int attempts);

    [LoggerMessage(Level = LogLevel.Error, Message = "An attempt to send mail {Mail} failed")]
    private static partial void AttemptFailed(ILogger log, Exception failure, Guid mail);
}
