using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Npgsql;
using Steward.Platform.Access;
using Steward.Platform.Mail;
using Steward.Platform.Tests.Mail;
using Steward.Testing;

namespace Steward.Platform.Tests.Access;

public sealed partial class RecoveryTests(PostgresServer server) : IAsyncLifetime
{
    private const string New = "an even longer secret";
    private readonly ManualTime time = new();
    private readonly ScriptedTransport mails = new();
    private AccessHost host = null!;
    private HttpClient client = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        host = await AccessHost.StartAsync(server, time);
        await host.AddAsync("ada@example.com", Role.Owner);
        client = host.Client();
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await host.DisposeAsync();
    }

    private Task<List<MailContent>> SentAsync(int count) => host.SentAsync(mails, count);

    private async Task<string> TokenAsync(string email = "ada@example.com", int mail = 1)
    {
        await client.PostAsJsonAsync("/api/password-resets", new { email }, Ct).JsonAsync(202);
        return Secret().Match((await SentAsync(mail))[^1].Text).Groups["secret"].Value;
    }

    [Fact]
    public async Task A_forgotten_password_is_replaced_by_the_mailed_link_once()
    {
        var token = await TokenAsync();
        await client.PostAsJsonAsync("/api/password-resets/redeem", new { token, password = "short" }, Ct).ProblemAsync(422, "input.password");
        await client.PostAsJsonAsync("/api/password-resets/redeem", new { token, password = New }, Ct).JsonAsync(204);
        await client.PostAsJsonAsync("/api/password-resets/redeem", new { token, password = New }, Ct).ProblemAsync(404, "password_reset.not_found");

        using var browser = await host.BrowserAsync("ada@example.com", New);
        (await browser.GetAsync("/api/auth/me", Ct).JsonAsync()).GetProperty("emailVerified").GetBoolean().ShouldBeTrue("Who uses the mailed link reads mail there.");
        (await SentAsync(2))[^1].Subject.ShouldBe("Your password was changed");
    }

    [Fact]
    public async Task Every_session_ends_with_the_password_and_so_does_every_other_link()
    {
        using var browser = await host.BrowserAsync("ada@example.com");
        var first = await TokenAsync();
        var second = await TokenAsync(mail: 2);
        await client.PostAsJsonAsync("/api/password-resets/redeem", new { token = second, password = New }, Ct).JsonAsync(204);
        await browser.GetAsync("/api/auth/me", Ct).ProblemAsync(401, "auth.session_ended");
        await client.PostAsJsonAsync("/api/password-resets/redeem", new { token = first, password = New }, Ct).ProblemAsync(404, "password_reset.not_found");
    }

    [Fact]
    public async Task Of_two_links_redeemed_at_once_one_is_used_and_the_other_opens_nothing()
    {
        var tokens = new[] { await TokenAsync(), await TokenAsync(mail: 2) };

        // Both are held at the account until both are there, so that they meet on every run.
        await using var connection = new NpgsqlConnection(host.Database.AdminConnectionString);
        await connection.OpenAsync(Ct);
        await using var hold = await connection.BeginTransactionAsync(Ct);
        await using (var rows = new NpgsqlCommand("select 1 from platform.accounts for update", connection, hold))
        {
            await rows.ExecuteNonQueryAsync(Ct);
        }

        var both = Task.WhenAll(tokens.Select(token => client.PostAsJsonAsync("/api/password-resets/redeem", new { token, password = New }, Ct)));
        while ((long)(await host.Database.AskAsync("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"))! < 2)
        {
            await Task.Delay(10, Ct);
        }

        await hold.CommitAsync(Ct);
        (await both).Select(answer => (int)answer.StatusCode).ShouldBe([204, 404], ignoreOrder: true);
    }

    [Fact]
    public async Task A_link_lives_an_hour()
    {
        var token = await TokenAsync();
        time.Advance(TimeSpan.FromMinutes(61));
        await client.PostAsJsonAsync("/api/password-resets/redeem", new { token, password = New }, Ct).ProblemAsync(404, "password_reset.not_found");
    }

    [Fact]
    public async Task The_answer_does_not_tell_whether_there_is_an_account()
    {
        async Task<string> AskAsync(string email)
        {
            using var answer = await client.PostAsJsonAsync("/api/password-resets", new { email }, Ct);
            return $"{answer.StatusCode} {answer.Headers.Count()} {await answer.Content.ReadAsStringAsync(Ct)}";
        }

        (await AskAsync("nobody@example.com")).ShouldBe(await AskAsync("ada@example.com"));
        (await SentAsync(1))[0].To.ShouldBe("ada@example.com");
        await client.PostAsJsonAsync("/api/password-resets", new { email = "no address" }, Ct).ProblemAsync(422, "input.email");
    }

    [Theory]
    [InlineData("ada@example.com")]
    [InlineData("nobody@example.com")]
    public async Task Who_asks_too_often_is_told_so_account_or_not(string email)
    {
        for (var i = 0; i < 5; i++)
        {
            await client.PostAsJsonAsync("/api/password-resets", new { email }, Ct).JsonAsync(202);
        }

        await client.PostAsJsonAsync("/api/password-resets", new { email }, Ct).ProblemAsync(429, "limit.rate");
    }

    [Fact]
    public async Task The_host_header_of_a_request_does_not_choose_where_the_link_leads()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/password-resets") { Content = JsonContent.Create(new { email = "ada@example.com" }) };
        request.Headers.Host = "evil.example";
        await client.SendAsync(request, Ct).JsonAsync(202);
        (await SentAsync(1))[0].Text.ShouldContain($"{host.Address}app/password-reset#");
    }

    [Fact]
    public async Task No_secret_is_stored_as_it_is_mailed()
    {
        var token = await TokenAsync();
        (await host.Database.AskAsync($"select count(*) from platform.account_tokens t where t::text like '%{token}%'")).ShouldBe(0L);
    }

    [Fact]
    public async Task A_member_changes_the_password_and_keeps_only_this_session()
    {
        using var here = await host.BrowserAsync("ada@example.com");
        using var there = await host.BrowserAsync("ada@example.com");
        await here.PostAsJsonAsync("/api/auth/password", new { current = "wrong", password = New }, Ct).ProblemAsync(422, "password.current");
        var me = await here.PostAsJsonAsync("/api/auth/password", new { current = AccessHost.Password, password = New }, Ct).JsonAsync();
        me.Text("email").ShouldBe("ada@example.com");
        await here.GetAsync("/api/auth/me", Ct).JsonAsync();
        await there.GetAsync("/api/auth/me", Ct).ProblemAsync(401, "auth.session_ended");
        using var program = host.Client(await host.KeyAsync(Permissions.Self));
        await program.PostAsJsonAsync("/api/auth/password", new { current = New, password = New }, Ct).ProblemAsync(422, "auth.members_only");
    }

    [Fact]
    public async Task An_address_is_proven_by_the_mailed_link()
    {
        using var browser = await host.BrowserAsync("ada@example.com");
        (await browser.GetAsync("/api/auth/me", Ct).JsonAsync()).GetProperty("emailVerified").GetBoolean().ShouldBeFalse();
        await browser.PostAsync("/api/auth/verification", null, Ct).JsonAsync(202);
        var token = Secret().Match((await SentAsync(1))[0].Text).Groups["secret"].Value;
        await client.PostAsJsonAsync("/api/password-resets/redeem", new { token, password = New }, Ct).ProblemAsync(404, "password_reset.not_found");
        await client.PostAsJsonAsync("/api/address-verifications", new { token }, Ct).JsonAsync(204);
        await client.PostAsJsonAsync("/api/address-verifications", new { token }, Ct).ProblemAsync(404, "address_verification.not_found");
        (await browser.GetAsync("/api/auth/me", Ct).JsonAsync()).GetProperty("emailVerified").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task An_invitation_is_mailed_in_the_tenants_language_and_who_joins_is_asked_to_prove_the_address()
    {
        var tenant = await host.Database.Tenants.CreateAsync("Fahrräder", Ct, "Europe/Berlin", "de");
        await host.AddAsync("bo@example.com", Role.Owner, tenant.Id);
        using var browser = await host.BrowserAsync("bo@example.com");
        var invitation = await browser.PostAsJsonAsync("/api/invitations", new { email = "cy@example.com", role = "agent" }, Ct).JsonAsync(201);

        var mail = (await SentAsync(1))[0];
        (mail.To, mail.Subject).ShouldBe(("cy@example.com", "Einladung zu Fahrräder"));
        mail.Text.ShouldContain("/app/invitations/inv_");
        mail.Text.ShouldNotContain(invitation.Text("token"));
        mail.Text.ShouldContain("in der Rolle Mitarbeiter.");
        mail.Text.ShouldContain("2026-01-12 10:00 (Europe/Berlin)");

        await client.PostAsJsonAsync($"/api/invitations/{invitation.Text("token")}/accept", new { name = "Cy", password = New }, Ct).JsonAsync();
        (await SentAsync(2))[1].Subject.ShouldBe("Bestätigen Sie Ihre E-Mail-Adresse");
    }

    [GeneratedRegex("#(?<secret>[A-Za-z0-9_-]{43})", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Secret();
}
