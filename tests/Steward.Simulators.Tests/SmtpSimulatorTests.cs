using System.Net;
using System.Net.Http.Json;
using System.Net.Mail;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Steward.Simulators.Tests;

/// <summary>The mail simulator, spoken to by a client that is not ours and by hand.</summary>
public sealed class SmtpSimulatorTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_frameworks_own_client_signs_in_and_sends()
    {
        await using var server = await SmtpSimulator.StartAsync(new SmtpOptions { OfferStartTls = false, User = "shop", Password = "secret" }, Ct);
        using var client = new SmtpClient(server.Host, server.Port) { Credentials = new NetworkCredential("shop", "secret") };
        using var mail = new MailMessage("shop@example.com", "ada@example.com", "Grüße", ".Hello\n..Ada ü") { BodyEncoding = Encoding.UTF8 };

        await client.SendMailAsync(mail, Ct);

        var arrived = server.Mails.ShouldHaveSingleItem();
        (arrived.From, arrived.To.Single(), arrived.Subject, arrived.User).ShouldBe(("shop@example.com", "ada@example.com", "Grüße", "shop"));
        arrived.Text.ReplaceLineEndings("\n").TrimEnd().ShouldBe(".Hello\n..Ada ü");
    }

    [Fact]
    public async Task Commands_sent_ahead_are_answered_in_order()
    {
        await using var server = await SmtpSimulator.StartAsync(ct: Ct);
        var said = await TalkAsync(server, "EHLO me\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n", "Subject: x\r\n\r\n..\r\n.\r\nQUIT\r\n");
        said.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Where(line => line[3] == ' ').Select(line => line[..3]).ShouldBe(["220", "250", "250", "250", "354", "250", "221"]);
        said.ShouldContain("250-SIZE ");
        server.Mails.ShouldHaveSingleItem().Text.ShouldBe(".\r\n");
        server.Mails[0].Source.ShouldBe("Subject: x\r\n\r\n.\r\n");
    }

    [Theory]
    [InlineData("MAIL FROM:<a@b.example>\r\n", "503")]
    [InlineData("EHLO me\r\nRCPT TO:<a@b.example>\r\n", "503")]
    [InlineData("EHLO me\r\nDATA\r\n", "503")]
    [InlineData("EHLO me\r\nMAIL FROM:a@b.example\r\n", "501")]
    [InlineData("EHLO me\r\nMAIL FROM:<a@b.example> SIZE=99999999\r\n", "552")]
    [InlineData("EHLO me\r\nMAIL FROM:<a@b.example> NOTHING\r\n", "501")]
    [InlineData("EHLO me\r\nAUTH CRAM-MD5\r\n", "504")]
    [InlineData("VRFY ada\r\n", "502")]
    public async Task What_the_protocol_does_not_allow_is_refused(string commands, string code)
    {
        await using var server = await SmtpSimulator.StartAsync(ct: Ct);
        (await TalkAsync(server, commands + "QUIT\r\n")).ShouldContain($"\r\n{code} ");
    }

    [Fact]
    public async Task Mails_and_faults_are_had_over_http()
    {
        await using var server = await SmtpSimulator.StartAsync(ct: Ct);
        using var http = new HttpClient { BaseAddress = server.PageAddress };
        (await http.PostAsJsonAsync("/_sim/faults", new[] { new { stage = "recipient", kind = "reply", reply = "550 5.1.1 No" } }, Ct)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        const string Envelope = "EHLO me\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\n";
        (await TalkAsync(server, Envelope + "QUIT\r\n")).ShouldContain("550 5.1.1 No");
        await TalkAsync(server, Envelope + "DATA\r\n", "Subject: Hello\r\n\r\nbody\r\n.\r\nQUIT\r\n");

        var mails = (await http.GetFromJsonAsync<JsonElement>("/_sim/mails", Ct)).GetProperty("mails");
        mails[0].GetProperty("subject").GetString().ShouldBe("Hello");
        (await http.GetStringAsync("/", Ct)).ShouldContain("Mail simulator");
        (await http.PostAsync("/_sim/faults", new StringContent("no list"), Ct)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        await http.DeleteAsync("/_sim", Ct);
        server.Mails.ShouldBeEmpty();
    }

    private static async Task<string> TalkAsync(SmtpSimulator server, params string[] sent)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port, Ct);
        var stream = client.GetStream();
        foreach (var bytes in sent)
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(bytes), Ct);
        }

        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(Ct);
    }
}
