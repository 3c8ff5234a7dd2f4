using Steward.Platform.Mail;
using Steward.Platform.Mail.Transports;
using Steward.Simulators;

namespace Steward.Platform.Tests.Mail;

/// <summary>What holds for every way out for mail.</summary>
public abstract class MailTransportContract
{
    private protected abstract Task<IMailTransport> StartAsync();

    /// <summary>What arrived, one per message, in order of arrival.</summary>
    private protected abstract Task<IReadOnlyList<ReceivedMail>> ArrivedAsync();

    private async Task<ReceivedMail> SendOneAsync(OutgoingMail mail)
    {
        var transport = await StartAsync();
        (await transport.SendAsync(mail, TestContext.Current.CancellationToken)).ShouldBeOfType<MailOutcome.Accepted>();
        return (await ArrivedAsync()).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_mail_arrives_as_it_was_written_as_text_and_as_html()
    {
        const string text = "Grüße, 你好!\n.\n..a line of dots\n\nFrom here on = equals \t\nend of a line \n" + "A very long line without an end: ";
        var mail = MailKit.Outgoing(subject: "Schöne Grüße aus dem Fahrradladen am Hafen, mit einem langen Betreff und 你好 darin 🚲", text: text + new string('x', 400) + "\n", html: "<p>Gr&uuml;&szlig;e ü</p>\n");

        var arrived = await SendOneAsync(mail);

        arrived.Subject.ShouldBe(mail.Content.Subject);
        arrived.Text.ShouldBe(mail.Content.Text.ReplaceLineEndings("\r\n"));
        arrived.Html.ShouldBe(mail.Content.Html.ReplaceLineEndings("\r\n"));
        arrived.MessageId.ShouldBe(mail.Content.MessageId);
        arrived.Header("To").ShouldBe("<ada@example.com>");
        arrived.Header("From").ShouldBe("Harbor Bikes <hello@harbor.example>");
        arrived.Header("Date").ShouldBe("Mon, 05 Jan 2026 09:00:00 +0000");
        arrived.Header("Auto-Submitted").ShouldBe("auto-generated");
        arrived.Source.Split("\r\n").ShouldAllBe(line => line.Length <= 78);
    }

    [Fact]
    public async Task No_value_makes_a_header_of_its_own()
    {
        var arrived = await SendOneAsync(MailKit.Outgoing(subject: "Hello\r\nBcc: eve@example.com\r\n\r\nbody"));

        arrived.Header("Bcc").ShouldBeEmpty();
        arrived.Text.ShouldBe("Hello Ada.\r\n");
    }

    [Fact]
    public async Task A_repeated_attempt_is_the_same_message_byte_by_byte()
    {
        var transport = await StartAsync();
        var mail = MailKit.Outgoing();
        await transport.SendAsync(mail, TestContext.Current.CancellationToken);
        var first = (await ArrivedAsync())[^1].Source;
        await transport.SendAsync(mail, TestContext.Current.CancellationToken);
        (await ArrivedAsync())[^1].Source.ShouldBe(first);
    }

    [Fact]
    public async Task A_domain_of_another_script_is_written_in_ascii() =>
        (await SendOneAsync(MailKit.Outgoing("ada@Bücher.example"))).Header("To").ShouldBe("<ada@xn--bcher-kva.example>");

    [Theory]
    [InlineData("ada")]
    [InlineData("ada@")]
    [InlineData("@example.com")]
    [InlineData("ada@example.com>\r\nDATA")]
    [InlineData("ada@example.com\r\nBcc: eve@example.com")]
    [InlineData("\"ada lovelace\"@example.com")]
    [InlineData("ada@-example.com")]
    [InlineData("ada@localhost")]
    [InlineData("a b@example.com")]
    public async Task An_address_that_cannot_be_used_is_refused_for_good(string to)
    {
        var transport = await StartAsync();
        (await transport.SendAsync(MailKit.Outgoing(to), TestContext.Current.CancellationToken))
            .ShouldBe(new MailOutcome.Refused("mail.address_invalid", Permanent: true));
        (await ArrivedAsync()).ShouldBeEmpty();
    }
}

public sealed class FileDropHoldsTheContract : MailTransportContract, IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"steward-mail-{Guid.NewGuid():N}");

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    [Fact]
    public async Task Only_its_owner_reads_what_was_dropped()
    {
        await (await StartAsync()).SendAsync(MailKit.Outgoing(), TestContext.Current.CancellationToken);
        var file = Directory.GetFiles(_folder).ShouldHaveSingleItem();
        file.ShouldEndWith(".eml");
        (OperatingSystem.IsWindows() ? UnixFileMode.None : File.GetUnixFileMode(file) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead)).ShouldBe(UnixFileMode.None);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_tried_again()
    {
        await File.WriteAllTextAsync(_folder + "-file", "no folder", TestContext.Current.CancellationToken);
        var drop = new FileDrop(MailKit.Files(Path.Combine(_folder + "-file", "mail")));
        (await drop.SendAsync(MailKit.Outgoing(), TestContext.Current.CancellationToken)).ShouldBe(new MailOutcome.Refused("mail.folder", Permanent: false));
        File.Delete(_folder + "-file");
    }

    private protected override Task<IMailTransport> StartAsync() => Task.FromResult<IMailTransport>(new FileDrop(MailKit.Files(_folder)));

    private protected override async Task<IReadOnlyList<ReceivedMail>> ArrivedAsync()
    {
        var mails = new List<ReceivedMail>();
        foreach (var file in Directory.Exists(_folder) ? Directory.GetFiles(_folder).Order(StringComparer.Ordinal).ToArray() : [])
        {
            mails.Add(new ReceivedMail { Number = 1, At = default, From = "", To = [], Encrypted = false, Data = await File.ReadAllBytesAsync(file) });
        }

        return mails;
    }
}

public sealed class SmtpHoldsTheContract : MailTransportContract, IAsyncLifetime
{
    private SmtpSimulator _server = null!;

    public async ValueTask InitializeAsync() => _server = await SmtpSimulator.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private protected override Task<IMailTransport> StartAsync() => Task.FromResult<IMailTransport>(MailKit.Transport(MailKit.Smtp(_server)));

    private protected override Task<IReadOnlyList<ReceivedMail>> ArrivedAsync() => Task.FromResult(_server.Mails);
}
