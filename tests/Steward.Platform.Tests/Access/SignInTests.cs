using System.Net.Http.Json;
using System.Text.Json;
using Steward.Platform.Access;
using Steward.Testing;

namespace Steward.Platform.Tests.Access;

public sealed class SignInTests(PostgresServer server) : IAsyncLifetime
{
    private AccessHost host = null!;

    private CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        host = await AccessHost.StartAsync(server);
        await host.AddAsync("ada@example.com", Role.Owner);
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task A_member_signs_in_is_known_and_signs_out()
    {
        using var browser = await host.BrowserAsync("ADA@example.com");
        var me = await browser.GetAsync("/api/auth/me").JsonAsync();
        (me.Text("kind"), me.Text("email"), me.Text("role"), me.Text("tenantName")).ShouldBe(("member", "ada@example.com", "owner", "Test"));
        (await browser.GetStringAsync("/knowledge", Ct)).ShouldBe(host.Tenant.ToString());

        await browser.PostAsync("/api/auth/sign-out", null).JsonAsync(204);
        await browser.GetAsync("/api/auth/me").ProblemAsync(401, "auth.missing");
    }

    [Fact]
    public async Task The_cookie_is_closed_to_scripts_and_other_sites()
    {
        using var client = host.Client();
        using var answer = await client.PostAsJsonAsync("/api/auth/sign-in", new { email = "ada@example.com", password = AccessHost.Password }, Ct);
        var cookie = answer.Headers.GetValues("Set-Cookie").ShouldHaveSingleItem().ToLowerInvariant();
        cookie.ShouldContain("httponly");
        cookie.ShouldContain("samesite=lax");
    }

    [Theory]
    [InlineData("ada@example.com", "wrong password")]
    [InlineData("nobody@example.com", "wrong password")]
    [InlineData(null, null)]
    public async Task Wrong_credentials_have_one_answer(string? email, string? password)
    {
        using var client = host.Client();
        await client.PostAsJsonAsync("/api/auth/sign-in", new { email, password }).ProblemAsync(401, "auth.credentials");
    }

    [Fact]
    public async Task After_five_wrong_attempts_at_once_even_the_right_password_waits()
    {
        var time = new ManualTime(DateTimeOffset.UtcNow);
        var node = await AccessHost.StartAsync(host.Database, time);
        using var client = node.Client();
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => SignIn(client, "wrong password").ProblemAsync(401, "auth.credentials")));
        await SignIn(client, AccessHost.Password).ProblemAsync(401, "auth.credentials");

        time.Advance(TimeSpan.FromMinutes(15));
        await SignIn(client, AccessHost.Password).JsonAsync();
        await node.StopAsync();
    }

    [Fact]
    public async Task A_right_password_forgives_former_attempts()
    {
        using var client = host.Client();
        for (var round = 0; round < 2; round++)
        {
            for (var attempt = 0; attempt < 4; attempt++)
            {
                await SignIn(client, "wrong password").ProblemAsync(401, "auth.credentials");
            }

            await SignIn(client, AccessHost.Password).JsonAsync();
        }
    }

    [Fact]
    public async Task One_address_may_not_try_for_ever()
    {
        using var client = host.Client();
        var codes = new List<int>();
        for (var attempt = 0; attempt < 31; attempt++)
        {
            using var answer = await client.PostAsJsonAsync("/api/auth/sign-in", new { email = $"a{attempt}@example.com", password = "" }, Ct);
            codes.Add((int)answer.StatusCode);
        }

        codes.Take(30).ShouldAllBe(code => code == 401);
        codes[30].ShouldBe(429);
    }

    [Fact]
    public async Task A_change_needs_the_antiforgery_header_and_the_own_origin()
    {
        using var browser = await host.BrowserAsync("ada@example.com");
        await browser.PostAsync("/knowledge", null).JsonAsync();

        var token = browser.DefaultRequestHeaders.GetValues("X-Steward-Antiforgery").Single();
        var origin = browser.DefaultRequestHeaders.GetValues("Origin").Single();
        await PostAsync(origin, null);
        await PostAsync(origin, "nonsense");
        await PostAsync("https://evil.example", token);
        await PostAsync(null, token);

        async Task PostAsync(string? sentOrigin, string? sentToken)
        {
            browser.DefaultRequestHeaders.Remove("Origin");
            browser.DefaultRequestHeaders.Remove("X-Steward-Antiforgery");
            using var request = new HttpRequestMessage(HttpMethod.Post, "/knowledge");
            request.Headers.Add("Origin", sentOrigin is null ? [] : [sentOrigin]);
            request.Headers.Add("X-Steward-Antiforgery", sentToken is null ? [] : [sentToken]);
            await browser.SendAsync(request).ProblemAsync(403, "auth.antiforgery");
        }
    }

    [Fact]
    public async Task The_antiforgery_token_of_another_session_does_not_fit()
    {
        using var first = await host.BrowserAsync("ada@example.com");
        using var second = await host.BrowserAsync("ada@example.com");
        first.DefaultRequestHeaders.Remove("X-Steward-Antiforgery");
        first.DefaultRequestHeaders.Add("X-Steward-Antiforgery", second.DefaultRequestHeaders.GetValues("X-Steward-Antiforgery"));
        await first.PostAsync("/knowledge", null).ProblemAsync(403, "auth.antiforgery");
    }

    [Fact]
    public async Task A_foreign_page_cannot_sign_its_visitor_in()
    {
        using var client = host.Client();
        client.DefaultRequestHeaders.Add("Origin", "https://evil.example");
        await SignIn(client, AccessHost.Password).ProblemAsync(403, "auth.antiforgery");
    }

    [Fact]
    public async Task A_session_is_good_on_another_node_and_its_key_is_not_readable_in_the_database()
    {
        using var browser = await host.BrowserAsync("ada@example.com");
        var node = await AccessHost.StartAsync(host.Database);
        using var client = node.Client();
        using var signIn = await host.Client().PostAsJsonAsync("/api/auth/sign-in", new { email = "ada@example.com", password = AccessHost.Password }, Ct);
        client.DefaultRequestHeaders.Add("Cookie", signIn.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);
        (await client.GetAsync("/api/auth/me").JsonAsync()).Text("email").ShouldBe("ada@example.com");

        var xml = (string)(await host.Database.AskAsync("select string_agg(xml, '') from platform.data_protection_keys"))!;
        xml.ShouldContain("wrapped");
        xml.ShouldNotContain("masterKey><value");
        await node.StopAsync();
    }

    [Fact]
    public async Task Someone_with_two_tenants_chooses_one()
    {
        var other = (await host.Database.Tenants.CreateAsync("Other", Ct)).Id;
        await host.AddAsync("ada@example.com", Role.Viewer, other);
        using var client = host.Client();

        var me = await client.PostAsJsonAsync("/api/auth/sign-in", new { email = "ada@example.com", password = AccessHost.Password, tenantId = other.Value }).JsonAsync();

        (me.Text("tenantName"), me.Text("role")).ShouldBe(("Other", "viewer"));
        me.GetProperty("tenants").GetArrayLength().ShouldBe(2);
        await client.PostAsJsonAsync("/api/auth/sign-in", new { email = "ada@example.com", password = AccessHost.Password, tenantId = Guid.NewGuid() })
            .ProblemAsync(403, "auth.no_membership");
    }

    private static Task<HttpResponseMessage> SignIn(HttpClient client, string password) =>
        client.PostAsJsonAsync("/api/auth/sign-in", new { email = "ada@example.com", password });
}
