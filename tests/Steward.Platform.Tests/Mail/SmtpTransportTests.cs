using Steward.Platform.Mail;
using Steward.Platform.Mail.Transports;
using Steward.Simulators;
using Steward.Testing;

namespace Steward.Platform.Tests.Mail;

/// <summary>What a mail server can do to us.</summary>
public sealed class SmtpTransportTests
{
    private static async Task<(MailOutcome Outcome, IReadOnlyList<ReceivedMail> Mails)> SendAsync(
        SmtpOptions options, Func<SmtpSimulator, MailSettings> settings, OutgoingMail? mail = null, params SmtpFault?[] faults)
    {
        await using var server = await SmtpSimulator.StartAsync(options);
        server.Plan(faults);
        var outcome = await MailKit.Transport(settings(server)).SendAsync(mail ?? MailKit.Outgoing(), TestContext.Current.CancellationToken);
        return (outcome, server.Mails);
    }

    private static Task<(MailOutcome Outcome, IReadOnlyList<ReceivedMail> Mails)> FailAsync(SmtpFault fault) =>
        SendAsync(new SmtpOptions(), server => MailKit.Smtp(server), null, fault);

    [Theory]
    [InlineData(SmtpStage.Connect, "421 4.3.2 Busy", "smtp.421-4.3.2", false)]
    [InlineData(SmtpStage.Connect, "554 No", "smtp.554", false)]
    [InlineData(SmtpStage.Hello, "421 4.7.0 Later", "smtp.421-4.7.0", false)]
    [InlineData(SmtpStage.StartTls, "454 4.7.0 Not now", "smtp.tls_missing", false)]
    [InlineData(SmtpStage.Sender, "450 4.1.8 Later", "smtp.450-4.1.8", false)]
    [InlineData(SmtpStage.Recipient, "450 4.2.1 Greylisted", "smtp.450-4.2.1", false)]
    [InlineData(SmtpStage.Recipient, "550 5.1.1 No such mailbox", "smtp.550-5.1.1", true)]
    [InlineData(SmtpStage.Data, "451 4.3.0 Disk", "smtp.451-4.3.0", false)]
    [InlineData(SmtpStage.Accept, "550 5.7.1 Spam", "smtp.550-5.7.1", true)]
    [InlineData(SmtpStage.Accept, "421 4.3.2 Shutting down", "smtp.421-4.3.2", false)]
    public async Task A_refusal_is_read_as_what_it_is(SmtpStage stage, string reply, string code, bool permanent)
    {
        var (outcome, mails) = await FailAsync(SmtpFault.Refuse(stage, reply));
        outcome.ShouldBe(new MailOutcome.Refused(code, permanent));
        mails.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(SmtpStage.Connect)]
    [InlineData(SmtpStage.Hello)]
    [InlineData(SmtpStage.Recipient)]
    [InlineData(SmtpStage.Data)]
    public async Task A_connection_that_is_cut_before_the_end_of_the_message_has_surely_not_sent_it(SmtpStage stage)
    {
        var (outcome, mails) = await FailAsync(new SmtpFault(stage, SmtpFaultKind.Cut));
        outcome.ShouldBe(new MailOutcome.Refused("smtp.unreachable", Permanent: false));
        mails.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(SmtpFaultKind.Cut, 0)]
    [InlineData(SmtpFaultKind.TakeThenCut, 1)]
    [InlineData(SmtpFaultKind.Garbage, 0)]
    public async Task After_the_end_of_the_message_only_an_answer_says_what_became_of_it(SmtpFaultKind kind, int taken)
    {
        var (outcome, mails) = await FailAsync(new SmtpFault(SmtpStage.Accept, kind));
        outcome.ShouldBeOfType<MailOutcome.Unknown>();
        mails.Count.ShouldBe(taken);
    }

    [Theory]
    [InlineData(SmtpStage.Connect, false)]
    [InlineData(SmtpStage.Data, false)]
    [InlineData(SmtpStage.Accept, true)]
    public async Task A_server_that_says_nothing_is_given_up(SmtpStage stage, bool unknown)
    {
        var time = new ManualTime();
        await using var server = await SmtpSimulator.StartAsync();
        server.Plan(new SmtpFault(stage, SmtpFaultKind.Stall));
        var sending = MailKit.Transport(MailKit.Smtp(server), time).SendAsync(MailKit.Outgoing(), TestContext.Current.CancellationToken);
        while (!sending.IsCompleted)
        {
            // Only the step that stalls is still waiting when the clock has moved; the others answer at once, so the clock must wait for them.
            await Task.WhenAny(sending, Task.Delay(200, TestContext.Current.CancellationToken));
            time.Advance(TimeSpan.FromMinutes(1));
        }

        (await sending).ShouldBe(unknown ? new MailOutcome.Unknown("smtp.timeout") : new MailOutcome.Refused("smtp.timeout", Permanent: false));
    }

    [Fact]
    public async Task A_slow_server_is_waited_for()
    {
        var (outcome, mails) = await FailAsync(new SmtpFault(SmtpStage.Accept, SmtpFaultKind.Slow) { PaceMs = 5 });
        outcome.ShouldBeOfType<MailOutcome.Accepted>();
        mails.ShouldHaveSingleItem().Encrypted.ShouldBeTrue();
    }

    [Fact]
    public async Task Nothing_is_sent_in_the_clear_to_a_server_that_offers_no_encryption()
    {
        var (outcome, mails) = await SendAsync(new SmtpOptions { OfferStartTls = false }, server => MailKit.Smtp(server));
        outcome.ShouldBe(new MailOutcome.Refused("smtp.tls_missing", Permanent: false));
        mails.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_server_with_a_certificate_nobody_trusts_gets_nothing()
    {
        var (outcome, mails) = await SendAsync(new SmtpOptions(), server => MailKit.Smtp(server, trusted: false));
        outcome.ShouldBe(new MailOutcome.Refused("smtp.tls", Permanent: false));
        mails.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_port_that_is_encrypted_from_the_first_byte_is_spoken_to_so()
    {
        var (outcome, mails) = await SendAsync(new SmtpOptions { ImplicitTls = true }, server => MailKit.Smtp(server, SmtpTls.Implicit));
        outcome.ShouldBeOfType<MailOutcome.Accepted>();
        mails.ShouldHaveSingleItem().Encrypted.ShouldBeTrue();
    }

    [Theory]
    [InlineData("PLAIN")]
    [InlineData("LOGIN")]
    public async Task It_signs_in_the_way_the_server_offers(string mechanism)
    {
        var options = new SmtpOptions { User = "höker", Password = "s3cret päss", Mechanisms = [mechanism], RequireTls = true };
        var (outcome, mails) = await SendAsync(options, server => MailKit.Smtp(server, user: "höker", password: "s3cret päss"));
        outcome.ShouldBeOfType<MailOutcome.Accepted>();
        mails.ShouldHaveSingleItem().User.ShouldBe("höker");
    }

    [Fact]
    public async Task A_wrong_password_is_a_matter_of_settings_and_costs_no_mail_its_life()
    {
        var options = new SmtpOptions { User = "shop", Password = "right" };
        (await SendAsync(options, server => MailKit.Smtp(server, user: "shop", password: "wrong"))).Outcome.ShouldBe(new MailOutcome.Refused("smtp.authentication", Permanent: false));
        (await SendAsync(options, server => MailKit.Smtp(server))).Outcome.ShouldBe(new MailOutcome.Refused("smtp.530-5.7.0", Permanent: false));
    }

    [Fact]
    public async Task A_name_of_another_script_needs_a_server_that_takes_it()
    {
        var mail = MailKit.Outgoing("адa@example.com");
        (await SendAsync(new SmtpOptions(), server => MailKit.Smtp(server), mail)).Mails.ShouldHaveSingleItem().To.ShouldBe(["адa@example.com"]);
        (await SendAsync(new SmtpOptions { OfferSmtpUtf8 = false }, server => MailKit.Smtp(server), mail)).Outcome
            .ShouldBe(new MailOutcome.Refused("smtp.needs_smtputf8", Permanent: true));
    }

    [Fact]
    public async Task A_mail_larger_than_the_server_takes_is_not_begun()
    {
        var (outcome, mails) = await SendAsync(new SmtpOptions { MaxBytes = 500 }, server => MailKit.Smtp(server));
        outcome.ShouldBe(new MailOutcome.Refused("smtp.too_large", Permanent: true));
        mails.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_tried_again()
    {
        var server = await SmtpSimulator.StartAsync();
        var settings = MailKit.Smtp(server);
        await server.DisposeAsync();
        (await MailKit.Transport(settings).SendAsync(MailKit.Outgoing(), TestContext.Current.CancellationToken)).ShouldBe(new MailOutcome.Refused("smtp.unreachable", Permanent: false));
    }
}
