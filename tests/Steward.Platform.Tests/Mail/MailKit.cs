using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Steward.Platform.Mail;
using Steward.Platform.Mail.Mime;
using Steward.Platform.Mail.Transports;
using Steward.Platform.Mail.Transports.Smtp;
using Steward.Platform.Nodes;
using Steward.Platform.Wakeups;
using Steward.Simulators;
using Steward.Platform.Tenancy;
using Steward.Testing;

namespace Steward.Platform.Tests.Mail;

/// <summary>What the tests of mail share.</summary>
internal static class MailKit
{
    public static readonly MailBox From = new("Harbor Bikes", "hello", "harbor.example");

    public static MailSettings Smtp(SmtpSimulator simulator, SmtpTls tls = SmtpTls.StartTls, string? user = null, string? password = null, bool trusted = true) => new()
    {
        Transport = MailSettings.Smtp,
        From = From,
        Server = new SmtpServer(simulator.Host, simulator.Port, tls, user, password, trusted ? Trusted(simulator) : null)
        {
            CommandTimeout = TimeSpan.FromSeconds(20),
            AcceptTimeout = TimeSpan.FromSeconds(20),
        },
    };

    public static MailSettings Files(string folder) => new() { Transport = MailSettings.File, From = From, Folder = folder };

    public static OutgoingMail Outgoing(string to = "ada@example.com", string subject = "Hello", string text = "Hello Ada.\n", string html = "<p>Hello Ada.</p>\n", Guid? id = null)
    {
        var mail = id ?? Guid.CreateVersion7();
        return new OutgoingMail(
            TenantId.Installation, mail, MailKinds.Notice, new DateTimeOffset(2026, 1, 5, 9, 0, 0, TimeSpan.Zero),
            new MailContent(to, subject, text, html, $"<{mail:N}@{From.Domain}>"));
    }

    public static NewMail Draft(string to = "ada@example.com", string language = "en") => new(
        to, MailKinds.Invitation, language,
        new Dictionary<string, string> { ["tenant"] = "Harbor Bikes", ["role"] = "agent", ["link"] = "https://steward.example/app/invitations/inv_1", ["expires"] = "2026-01-12" });

    /// <summary>One node's outbox and worker on a database.</summary>
    public static MailNode Node(TestDatabase database, IMailTransport transport, TimeProvider time, MailSettings? settings = null, TestStandings? standings = null)
    {
        var identity = new NodeIdentity();
        var seals = new MailSeals(database.Sealing, Protection);
        var store = new MailStore(database.Database, identity, standings ?? new TestStandings(), time);
        var used = settings ?? Files("unused");
        return new MailNode(
            store, new MailOutbox(database.Database, seals, used, new SilentWakeups(), time), seals,
            new MailWorker(store, seals, used, transport, new SilentWakeups(), new NodeState(), time, NullLogger<MailWorker>.Instance));
    }

    public static SmtpTransport Transport(MailSettings settings, TimeProvider? time = null) => new(settings, time ?? TimeProvider.System);

    private static readonly IDataProtectionProvider Protection = new ServiceCollection().AddDataProtection().UseEphemeralDataProtectionProvider().Services.BuildServiceProvider().GetRequiredService<IDataProtectionProvider>();

    private static string Trusted(SmtpSimulator simulator)
    {
        var path = Path.Combine(Path.GetTempPath(), $"steward-mail-{simulator.Port}-{Guid.NewGuid():N}.pem");
        File.WriteAllText(path, simulator.CertificatePem);
        return path;
    }
}

internal sealed record MailNode(MailStore Store, IMailOutbox Outbox, MailSeals Seals, MailWorker Worker);

/// <summary>A transport whose outcomes a test writes; it remembers what it was given.</summary>
internal sealed class ScriptedTransport : IMailTransport
{
    private readonly Lock _gate = new();

    public List<OutgoingMail> Given { get; } = [];

    public Func<OutgoingMail, int, MailOutcome> Outcome { get; set; } = (_, _) => new MailOutcome.Accepted();

    public string Name => "scripted";

    public async Task<MailOutcome> SendAsync(OutgoingMail mail, CancellationToken ct)
    {
        await Task.Yield();
        lock (_gate)
        {
            Given.Add(mail);
            return Outcome(mail, Given.Count(given => given.Id == mail.Id));
        }
    }
}
