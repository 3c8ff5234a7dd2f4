using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Steward.Platform.Access;
using Steward.Platform.Tenancy;
using Steward.Platform.Tests.Mail;
using Steward.Testing;

namespace Steward.Platform.Tests.Access;

/// <summary>Somebody made an account of an address that is not theirs: it leads into no other tenant.</summary>
public sealed partial class UnprovenAccountTests(PostgresServer server) : IAsyncLifetime
{
    private const string Victim = "victim@example.com";
    private const string Squatted = "the squatter knows this";
    private readonly ScriptedTransport mails = new();
    private AccessHost host = null!;
    private TenantId other;
    private HttpClient ada = null!;
    private HttpClient bo = null!;
    private HttpClient anyone = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        host = await AccessHost.StartAsync(server);
        other = (await host.Database.Tenants.CreateAsync("Other", Ct)).Id;
        await host.AddAsync("ada@example.com", Role.Admin);
        await host.AddAsync("bo@example.com", Role.Owner, other);
        ada = await host.BrowserAsync("ada@example.com");
        bo = await host.BrowserAsync("bo@example.com");
        anyone = host.Client();
    }

    public async ValueTask DisposeAsync()
    {
        ada.Dispose();
        bo.Dispose();
        anyone.Dispose();
        await host.DisposeAsync();
    }

    [Fact]
    public async Task It_joins_another_tenant_by_the_mailed_link_only_and_has_proven_its_address_then()
    {
        await SquatAsync();
        // Mails leave side by side: those of the first invitation are out before the second is made.
        await host.SentAsync(mails, 2);
        var shown = (await InviteAsync(bo)).Text("token");
        await AcceptAsync(shown, "not the password").ProblemAsync(401, "auth.credentials");
        await AcceptAsync(shown, Squatted).ProblemAsync(409, "account.unproven");
        (await host.Database.AskAsync("select count(*) from platform.members")).ShouldBe(3L);

        var mailed = Invitation().Match((await host.SentAsync(mails, 3))[^1].Text).Value;
        (await AcceptAsync(mailed, Squatted).JsonAsync()).GetProperty("emailVerified").GetBoolean().ShouldBeTrue();
        await AcceptAsync(shown, Squatted).ProblemAsync(404, "invitation.not_found");
    }

    [Fact]
    public async Task Who_joins_by_the_mailed_link_has_proven_the_address_and_who_joins_by_the_shown_one_has_not()
    {
        (await SquatAsync()).GetProperty("emailVerified").GetBoolean().ShouldBeFalse();
        await ada.PostAsJsonAsync("/api/invitations", new { email = "cy@example.com", role = "agent" }, Ct).JsonAsync(201);
        var mailed = Invitation().Match((await host.SentAsync(mails, 3)).Single(mail => mail.To == "cy@example.com").Text).Value;
        (await AcceptAsync(mailed, Squatted).JsonAsync()).GetProperty("emailVerified").GetBoolean().ShouldBeTrue();
        (await host.Database.AskAsync("select count(*) from platform.account_tokens")).ShouldBe(1L, "Who has proven the address is not asked to.");
    }

    [Fact]
    public async Task Made_a_member_on_the_machine_it_gets_another_password_and_its_sessions_end()
    {
        await SquatAsync();
        using var squatter = await host.BrowserAsync(Victim, Squatted);
        await host.AddAsync(Victim, Role.Owner, other);

        await squatter.GetAsync("/api/auth/me", Ct).ProblemAsync(401, "auth.session_ended");
        await anyone.PostAsJsonAsync("/api/auth/sign-in", new { email = Victim, password = Squatted, tenantId = other.Value }, Ct).ProblemAsync(401, "auth.credentials");
        using var victim = await host.BrowserAsync(Victim);
        (await victim.GetAsync("/api/auth/me", Ct).JsonAsync()).GetProperty("tenants").GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public async Task An_account_that_proved_its_address_keeps_its_password_on_the_machine()
    {
        await SquatAsync();
        await host.Database.AskAsync("update platform.accounts set verified_at = now()");
        await host.AddAsync(Victim, Role.Agent, other);
        using var signedIn = await host.BrowserAsync(Victim, Squatted);
    }

    [GeneratedRegex("inv_[A-Za-z0-9_-]+", RegexOptions.None, 1000)]
    private static partial Regex Invitation();

    private async Task<JsonElement> SquatAsync() => await AcceptAsync((await InviteAsync(ada)).Text("token"), Squatted).JsonAsync();

    private static Task<JsonElement> InviteAsync(HttpClient by) => by.PostAsJsonAsync("/api/invitations", new { email = Victim, role = "agent" }, Ct).JsonAsync(201);

    private Task<HttpResponseMessage> AcceptAsync(string token, string password) =>
        anyone.PostAsJsonAsync($"/api/invitations/{token}/accept", new { name = "Victor", password }, Ct);
}
