using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Steward.Platform.Access;
using Steward.Platform.Operators;
using Steward.Platform.Tests.Access;
using Steward.Testing;

namespace Steward.Platform.Tests.Operators;

public sealed class OperatorTests(PostgresServer server)
{
    private const string Tenants = "/api/operator/tenants";

    [Fact]
    public async Task An_operator_creates_a_tenant_whose_first_owner_joins_by_the_link()
    {
        await using var host = await AccessHost.StartAsync(server);
        using var olga = await host.OperatorAsync();
        var made = await olga.PostAsJsonAsync(Tenants, new { name = "Bakery", ownerEmail = "ada@example.com", timeZone = "Europe/Vienna", locale = "de-at", currency = "EUR" }).JsonAsync(201);
        made.GetProperty("tenant").Text("locale").ShouldBe("de-AT");
        var invitation = made.GetProperty("ownerInvitation");
        invitation.Text("link").ShouldEndWith("/app/invitations/" + invitation.Text("token"));
        using var ada = host.Client();
        var me = await ada.PostAsJsonAsync($"/api/invitations/{invitation.Text("token")}/accept", new { name = "Ada", password = AccessHost.Password }).JsonAsync();
        me.Text("role").ShouldBe("owner");
        me.GetProperty("tenantId").GetGuid().ShouldBe(made.GetProperty("tenant").GetProperty("id").GetGuid());
    }

    [Fact]
    public async Task No_operator_becomes_an_owner_of_a_tenant_that_has_one()
    {
        await using var host = await AccessHost.StartAsync(server);
        using var olga = await host.OperatorAsync();
        var made = await olga.PostAsJsonAsync(Tenants, new { name = "Bakery", ownerEmail = "ada@example.com" }).JsonAsync(201);
        var invite = $"{Tenants}/{made.GetProperty("tenant").Text("id")}/owner-invitations";
        var kept = await olga.PostAsJsonAsync(invite, new { email = "olga@example.com" }).JsonAsync(201);
        using var anyone = host.Client();
        await JoinAsync(anyone, made.GetProperty("ownerInvitation")).JsonAsync();

        await olga.PostAsJsonAsync(invite, new { email = "olga@example.com" }).ProblemAsync(409, "tenant.has_owner");
        await JoinAsync(anyone, kept).ProblemAsync(409, "tenant.has_owner");
        (await host.Database.AskAsync("select string_agg(a.email, ',') from platform.members join platform.accounts a using (account_id)")).ShouldBe("ada@example.com");
    }

    [Fact]
    public async Task Of_two_links_that_operators_made_for_owners_one_is_used()
    {
        await using var host = await AccessHost.StartAsync(server);
        using var olga = await host.OperatorAsync();
        var links = new List<JsonElement>();
        foreach (var email in new[] { "ada@example.com", "bo@example.com", "cy@example.com" })
        {
            links.Add(await olga.PostAsJsonAsync($"{Tenants}/{host.Tenant}/owner-invitations", new { email }).JsonAsync(201));
        }

        using var anyone = host.Client();
        var answers = await Task.WhenAll(links.Select(link => JoinAsync(anyone, link)));
        answers.Count(answer => answer.IsSuccessStatusCode).ShouldBe(1);
        (await host.Database.AskAsync("select count(*) from platform.members")).ShouldBe(1L);
    }

    [Fact]
    public async Task A_tenant_without_an_owner_is_given_one_and_those_who_are_left_are_told()
    {
        await using var host = await AccessHost.StartAsync(server);
        await host.AddAsync("ada@example.com", Role.Admin);
        using var olga = await host.OperatorAsync();
        var link = await olga.PostAsJsonAsync($"{Tenants}/{host.Tenant}/owner-invitations", new { email = "bo@example.com" }).JsonAsync(201);

        using var ada = await host.BrowserAsync("ada@example.com");
        var notice = (await ada.GetAsync("/api/notices").JsonAsync()).GetProperty("items").EnumerateArray().ShouldHaveSingleItem();
        (notice.Text("topic"), notice.Text("severity")).ShouldBe(("owner.invited", "urgent"));
        using var anyone = host.Client();
        (await JoinAsync(anyone, link).JsonAsync()).Text("role").ShouldBe("owner");
    }

    [Fact]
    public async Task A_creation_repeated_with_the_same_id_makes_no_second_tenant()
    {
        await using var host = await AccessHost.StartAsync(server);
        using var olga = await host.OperatorAsync();
        var wanted = new { id = Guid.CreateVersion7(), name = "Bakery", ownerEmail = "ada@example.com" };
        await olga.PostAsJsonAsync(Tenants, wanted).JsonAsync(201);
        var again = await olga.PostAsJsonAsync(Tenants, wanted).JsonAsync(201);
        (await host.Database.AskAsync("select count(*) from platform.tenants where name = 'Bakery'")).ShouldBe(1L);
        (await host.Database.AskAsync("select count(*) from platform.mails")).ShouldBe(2L);
        await olga.PostAsJsonAsync(Tenants, new { wanted.id, name = "Another", wanted.ownerEmail }).ProblemAsync(409, "tenant.exists");

        using var ada = host.Client();
        (await JoinAsync(ada, again.GetProperty("ownerInvitation")).JsonAsync()).GetProperty("tenantId").GetGuid().ShouldBe(wanted.id);
        await olga.PostAsJsonAsync(Tenants, wanted).ProblemAsync(409, "tenant.exists");
    }

    [Theory]
    [InlineData("name", "", "input.name")]
    [InlineData("ownerEmail", "ada", "input.email")]
    [InlineData("timeZone", "W. Europe Standard Time", "tenant.time_zone")]
    [InlineData("timeZone", "../../etc/passwd", "tenant.time_zone")]
    [InlineData("locale", "english", "tenant.locale")]
    [InlineData("currency", "eur", "tenant.currency")]
    [InlineData("currency", "XAU", "tenant.currency")]
    public async Task What_cannot_be_a_tenant_is_refused(string field, string value, string code)
    {
        await using var host = await AccessHost.StartAsync(server);
        using var olga = await host.OperatorAsync();
        var wanted = new Dictionary<string, string> { ["name"] = "Bakery", ["ownerEmail"] = "ada@example.com", [field] = value };
        await olga.PostAsJsonAsync(Tenants, wanted).ProblemAsync(422, code);
    }

    [Fact]
    public async Task A_tenant_is_stopped_resumed_deleted_and_undeleted_with_the_version_that_was_read()
    {
        await using var host = await AccessHost.StartAsync(server);
        using var olga = await host.OperatorAsync();
        var address = $"{Tenants}/{host.Tenant}";
        await olga.PostAsync($"{address}/suspend", null).ProblemAsync(428, "precondition.required");
        await ActAsync(olga, HttpMethod.Post, $"{address}/suspend", "\"7\"").ProblemAsync(412, "precondition.failed");
        (await ActAsync(olga, HttpMethod.Post, $"{address}/suspend", "\"1\"").JsonAsync()).Text("state").ShouldBe("suspended");
        await ActAsync(olga, HttpMethod.Post, $"{address}/suspend", "*").ProblemAsync(409, "tenant.state");
        (await ActAsync(olga, HttpMethod.Delete, address, "\"2\"").JsonAsync()).GetProperty("eraseAt").GetDateTimeOffset().ShouldBeGreaterThan(DateTimeOffset.UtcNow.AddDays(29));
        (await olga.GetAsync($"{Tenants}?state=deleting").JsonAsync()).GetProperty("items").GetArrayLength().ShouldBe(1);
        (await ActAsync(olga, HttpMethod.Post, $"{address}/undelete", "\"3\"").JsonAsync()).Text("state").ShouldBe("suspended");
        (await ActAsync(olga, HttpMethod.Post, $"{address}/resume", "*").JsonAsync()).Text("state").ShouldBe("active");
        await ActAsync(olga, HttpMethod.Post, $"{Tenants}/{Guid.CreateVersion7()}/suspend", "*").ProblemAsync(404, "tenant.not_found");
    }

    [Fact]
    public async Task The_list_pages_over_all_tenants_once()
    {
        await using var host = await AccessHost.StartAsync(server);
        using var olga = await host.OperatorAsync();
        for (var i = 0; i < 6; i++)
        {
            await host.Database.Tenants.CreateAsync($"T{i}", CancellationToken.None);
        }

        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await olga.GetAsync($"{Tenants}?limit=3{(cursor is null ? "" : $"&cursor={cursor}")}").JsonAsync();
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.Text("name")));
            cursor = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }
        while (cursor is not null);
        seen.ShouldBe(["Test", "T0", "T1", "T2", "T3", "T4", "T5"]);
    }

    [Fact]
    public async Task A_change_without_the_token_or_with_a_member_s_token_is_refused()
    {
        await using var host = await AccessHost.StartAsync(server);
        await host.AddAsync("ada@example.com", Role.Owner);
        using var member = await host.BrowserAsync("ada@example.com");
        using var olga = await host.OperatorAsync();
        olga.DefaultRequestHeaders.Remove("X-Steward-Antiforgery");
        await olga.PostAsJsonAsync(Tenants, new { name = "Bakery", ownerEmail = "a@example.com" }).ProblemAsync(403, "auth.antiforgery");
        olga.DefaultRequestHeaders.Add("X-Steward-Antiforgery", member.DefaultRequestHeaders.GetValues("X-Steward-Antiforgery"));
        await olga.PostAsJsonAsync(Tenants, new { name = "Bakery", ownerEmail = "a@example.com" }).ProblemAsync(403, "auth.antiforgery");
    }

    [Fact]
    public async Task A_new_password_ends_other_sessions_and_the_old_one_opens_nothing()
    {
        await using var host = await AccessHost.StartAsync(server);
        using var here = await host.OperatorAsync();
        using var there = await host.OperatorBrowserAsync("Olga@example.com");
        await here.PostAsJsonAsync("/api/operator/auth/password", new { current = "not it at all", @new = "another long one" }).ProblemAsync(401, "auth.credentials");
        await here.PostAsJsonAsync("/api/operator/auth/password", new { current = AccessHost.Password, @new = "short" }).ProblemAsync(422, "input.password");
        await here.PostAsJsonAsync("/api/operator/auth/password", new { current = AccessHost.Password, @new = "another long one" }).JsonAsync();
        await here.GetAsync("/api/operator/auth/me").JsonAsync();
        await there.GetAsync("/api/operator/auth/me").ProblemAsync(401, "auth.session_ended");
        using var stranger = host.Client();
        await stranger.PostAsJsonAsync("/api/operator/auth/sign-in", new { email = "olga@example.com", password = AccessHost.Password }).ProblemAsync(401, "auth.credentials");
    }

    [Fact]
    public async Task A_member_with_the_same_address_and_password_is_no_operator_and_an_operator_no_member()
    {
        await using var host = await AccessHost.StartAsync(server);
        await host.AddAsync("ada@example.com", Role.Owner);
        using var olga = await host.OperatorAsync();
        using var stranger = host.Client();
        await stranger.PostAsJsonAsync("/api/operator/auth/sign-in", new { email = "ada@example.com", password = AccessHost.Password }).ProblemAsync(401, "auth.credentials");
        await stranger.PostAsJsonAsync("/api/auth/sign-in", new { email = "olga@example.com", password = AccessHost.Password }).ProblemAsync(401, "auth.credentials");
    }

    private static Task<HttpResponseMessage> JoinAsync(HttpClient client, JsonElement invitation) =>
        client.PostAsJsonAsync($"/api/invitations/{invitation.Text("token")}/accept", new { name = "Someone", password = AccessHost.Password });

    private static Task<HttpResponseMessage> ActAsync(HttpClient client, HttpMethod method, string address, string version)
    {
        var request = new HttpRequestMessage(method, address);
        request.Headers.TryAddWithoutValidation("If-Match", version);
        return client.SendAsync(request);
    }
}
