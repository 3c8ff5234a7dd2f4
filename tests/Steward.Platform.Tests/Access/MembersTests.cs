using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using Steward.Platform.Access;
using Steward.Platform.Access.Members;
using Steward.Testing;

namespace Steward.Platform.Tests.Access;

public sealed class MembersTests(PostgresServer server) : IAsyncLifetime
{
    private AccessHost host = null!;
    private Guid owner;
    private HttpClient browser = null!;

    public async ValueTask InitializeAsync()
    {
        host = await AccessHost.StartAsync(server);
        owner = await host.AddAsync("ada@example.com", Role.Owner);
        browser = await host.BrowserAsync("ada@example.com");
    }

    public async ValueTask DisposeAsync()
    {
        browser.Dispose();
        await host.DisposeAsync();
    }

    [Fact]
    public async Task An_invited_person_joins_once_and_is_signed_in()
    {
        var invitation = await browser.PostAsJsonAsync("/api/invitations", new { email = "bo@example.com", role = "agent" }).JsonAsync(201);
        invitation.Text("link").ShouldEndWith(invitation.Text("token"));
        (await browser.GetAsync("/api/invitations").JsonAsync()).GetProperty("items").GetArrayLength().ShouldBe(1);

        using var client = host.Client();
        var me = await AcceptAsync(client, invitation).JsonAsync();

        (me.Text("role"), me.Text("email"), me.Text("name")).ShouldBe(("agent", "bo@example.com", "Bo"));
        await AcceptAsync(client, invitation).ProblemAsync(404, "invitation.not_found");
        (await browser.GetAsync("/api/invitations").JsonAsync()).GetProperty("items").GetArrayLength().ShouldBe(0);
        using var bo = await host.BrowserAsync("bo@example.com", "a long enough secret");
        await bo.GetAsync("/api/members").JsonAsync();
    }

    [Fact]
    public async Task An_invitation_accepted_twice_at_once_makes_one_member()
    {
        var invitation = await browser.PostAsJsonAsync("/api/invitations", new { email = "bo@example.com", role = "agent" }).JsonAsync(201);
        using var client = host.Client();
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => AcceptAsync(client, invitation)));
        answers.Count(answer => answer.IsSuccessStatusCode).ShouldBe(1);
        (await browser.GetAsync("/api/members").JsonAsync()).GetProperty("items").GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public async Task Someone_with_an_account_joins_with_its_password_only()
    {
        var other = (await host.Database.Tenants.CreateAsync("Other", TestContext.Current.CancellationToken)).Id;
        await host.AddAsync("bo@example.com", Role.Owner, other);
        await host.Database.AskAsync("update platform.accounts set verified_at = now()");
        var invitation = await browser.PostAsJsonAsync("/api/invitations", new { email = "bo@example.com", role = "viewer" }).JsonAsync(201);
        using var client = host.Client();

        await AcceptAsync(client, invitation, "not the password").ProblemAsync(401, "auth.credentials");
        (await AcceptAsync(client, invitation, AccessHost.Password).JsonAsync()).Text("role").ShouldBe("viewer");
    }

    [Fact]
    public async Task An_expired_withdrawn_or_invented_invitation_is_not_found()
    {
        using var client = host.Client();
        var withdrawn = await browser.PostAsJsonAsync("/api/invitations", new { email = "bo@example.com", role = "agent" }).JsonAsync(201);
        await browser.DeleteAsync($"/api/invitations/{withdrawn.GetProperty("details").Text("id")}").JsonAsync(204);
        await AcceptAsync(client, withdrawn).ProblemAsync(404, "invitation.not_found");

        var old = await browser.PostAsJsonAsync("/api/invitations", new { email = "bo@example.com", role = "agent" }).JsonAsync(201);
        await host.Database.AskAsync("update platform.invitations set expires_at = now()");
        await AcceptAsync(client, old).ProblemAsync(404, "invitation.not_found");

        await client.PostAsJsonAsync("/api/invitations/inv_x/accept", new { name = "x", password = "x" }).ProblemAsync(404, "invitation.not_found");
    }

    [Fact]
    public async Task An_invitation_that_has_expired_is_listed_as_such()
    {
        await browser.PostAsJsonAsync("/api/invitations", new { email = "bo@example.com", role = "agent" }).JsonAsync(201);
        await host.Database.AskAsync("update platform.invitations set expires_at = now()");
        await browser.PostAsJsonAsync("/api/invitations", new { email = "cy@example.com", role = "agent" }).JsonAsync(201);
        var listed = (await browser.GetAsync("/api/invitations").JsonAsync()).GetProperty("items").EnumerateArray();
        listed.Select(item => $"{item.Text("email")} {item.Text("state")}").ShouldBe(["bo@example.com expired", "cy@example.com waiting"]);
    }

    [Fact]
    public async Task The_host_header_of_a_request_does_not_choose_where_the_shown_link_leads()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/invitations") { Content = JsonContent.Create(new { email = "bo@example.com", role = "agent" }) };
        request.Headers.Host = "evil.example";
        request.Headers.Add("Origin", "http://evil.example");
        (await browser.SendAsync(request).JsonAsync(201)).Text("link").ShouldStartWith($"{host.Address}app/invitations/");
    }

    [Theory]
    [InlineData("no address", "agent", "input.email")]
    [InlineData("bo@example.com", "king", "input.role")]
    public async Task A_bad_invitation_says_what_to_change(string email, string role, string code) =>
        await browser.PostAsJsonAsync("/api/invitations", new { email, role }).ProblemAsync(422, code);

    [Theory]
    [InlineData("", "a long enough secret", "input.name")]
    [InlineData("Bo", "short", "input.password")]
    [InlineData("Bo", "aaaaaaaaaaaaaaaa", "input.password")]
    public async Task A_bad_answer_to_an_invitation_leaves_it_open(string name, string password, string code)
    {
        var invitation = await browser.PostAsJsonAsync("/api/invitations", new { email = "bo@example.com", role = "agent" }).JsonAsync(201);
        using var client = host.Client();
        await client.PostAsJsonAsync($"/api/invitations/{invitation.Text("token")}/accept", new { name, password }).ProblemAsync(422, code);
        await AcceptAsync(client, invitation).JsonAsync();
    }

    [Fact]
    public async Task The_last_owner_stays()
    {
        await PatchAsync(owner, new { role = "admin" }).ProblemAsync(409, "member.last_owner");
        await PatchAsync(owner, new { state = "suspended" }).ProblemAsync(409, "member.last_owner");
        await browser.DeleteAsync($"/api/members/{owner}").ProblemAsync(409, "member.last_owner");
    }

    [Fact]
    public async Task Two_owners_who_demote_each_other_at_once_leave_one()
    {
        var second = await host.AddAsync("bo@example.com", Role.Owner);
        using var other = await host.BrowserAsync("bo@example.com");

        // Both requests are held at the rows until both are there, so that they meet on every run.
        await using var connection = new NpgsqlConnection(host.Database.AdminConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var hold = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using (var rows = new NpgsqlCommand("select 1 from platform.members for update", connection, hold))
        {
            await rows.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        var both = Task.WhenAll(PatchAsync(second, new { role = "admin" }), PatchAsync(owner, new { role = "admin" }, other));
        while ((long)(await host.Database.AskAsync("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"))! < 2)
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        await hold.CommitAsync(TestContext.Current.CancellationToken);
        await both;
        (await host.Database.AskAsync("select count(*) from platform.members where role = 'owner'")).ShouldBe(1L);
    }

    [Fact]
    public async Task Nobody_gives_or_takes_a_role_above_their_own()
    {
        await host.AddAsync("bo@example.com", Role.Admin);
        var agent = await host.AddAsync("cy@example.com", Role.Agent);
        using var admin = await host.BrowserAsync("bo@example.com");

        await admin.PostAsJsonAsync("/api/invitations", new { email = "d@example.com", role = "owner" }).ProblemAsync(403, "member.above_own_role");
        await PatchAsync(agent, new { role = "owner" }, admin).ProblemAsync(403, "member.above_own_role");
        await PatchAsync(owner, new { role = "viewer" }, admin).ProblemAsync(403, "member.above_own_role");
        await admin.DeleteAsync($"/api/members/{owner}").ProblemAsync(403, "member.above_own_role");
        (await PatchAsync(agent, new { role = "admin" }, admin).JsonAsync()).Text("role").ShouldBe("admin");
    }

    [Fact]
    public async Task A_changed_role_and_a_removal_count_at_once()
    {
        var member = await host.AddAsync("bo@example.com", Role.Agent);
        using var bo = await host.BrowserAsync("bo@example.com");
        await bo.PostAsync("/knowledge", null).JsonAsync();

        await PatchAsync(member, new { role = "viewer" }).JsonAsync();
        await bo.PostAsync("/knowledge", null).ProblemAsync(403, "auth.forbidden");

        await browser.DeleteAsync($"/api/members/{member}").JsonAsync(204);
        await bo.GetAsync("/knowledge").ProblemAsync(401, "auth.session_ended");
    }

    [Fact]
    public async Task An_edit_names_the_version_it_saw()
    {
        var member = await host.AddAsync("bo@example.com", Role.Agent);
        using var unnamed = await browser.PatchAsJsonAsync($"/api/members/{member}", new { name = "B" }, TestContext.Current.CancellationToken);
        ((int)unnamed.StatusCode).ShouldBe(428);
        await PatchAsync(member, new { name = "Bo B" }).JsonAsync();
        await PatchAsync(member, new { name = "Bo C" }).ProblemAsync(412, "precondition.failed");
        (await PatchAsync(member, new { name = "Bo C" }, version: 2).JsonAsync()).Text("name").ShouldBe("Bo C");
    }

    [Fact]
    public async Task Members_are_read_page_by_page_and_only_by_their_tenant()
    {
        for (var n = 0; n < 4; n++)
        {
            await host.AddAsync($"m{n}@example.com", Role.Agent);
        }

        var other = (await host.Database.Tenants.CreateAsync("Other", TestContext.Current.CancellationToken)).Id;
        var stranger = await host.AddAsync("stranger@example.com", Role.Owner, other);
        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await browser.GetAsync($"/api/members?limit=2&cursor={cursor}").JsonAsync();
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.Text("email")));
            cursor = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }
        while (cursor is not null);

        seen.ShouldBe(["ada@example.com", "m0@example.com", "m1@example.com", "m2@example.com", "m3@example.com"]);
        await browser.GetAsync($"/api/members/{stranger}").ProblemAsync(404, "member.not_found");
        await browser.DeleteAsync($"/api/members/{stranger}").ProblemAsync(404, "member.not_found");
        await browser.GetAsync("/api/members?cursor=broken").ProblemAsync(400, "cursor.invalid");
    }

    [Fact]
    public void Each_role_holds_what_the_next_one_holds()
    {
        foreach (var (more, less) in new[] { (Role.Owner, Role.Admin), (Role.Admin, Role.Agent), (Role.Agent, Role.Viewer) })
        {
            Permissions.Of(less).IsProperSubsetOf(Permissions.Of(more)).ShouldBeTrue($"{more} over {less}");
        }

        Permissions.Of(Role.Viewer).ShouldNotContain(permission => permission.EndsWith(".write", StringComparison.Ordinal));
    }

    [Fact]
    public void A_suspended_owner_does_not_count_as_the_last()
    {
        var caller = new Caller(host.Tenant, CallerKind.Member, owner, null, null, Permissions.Of(Role.Owner));
        var gone = new MemberStanding(Guid.NewGuid(), Role.Owner, Active: false);
        MemberRules.Decide(caller, gone, null, [owner]).ShouldBeNull();
    }

    private static Task<HttpResponseMessage> AcceptAsync(HttpClient client, JsonElement invitation, string password = "a long enough secret") =>
        client.PostAsJsonAsync($"/api/invitations/{invitation.Text("token")}/accept", new { name = "Bo", password });

    private Task<HttpResponseMessage> PatchAsync(Guid member, object patch, HttpClient? client = null, int version = 1)
    {
        var request = new HttpRequestMessage(HttpMethod.Patch, $"/api/members/{member}") { Content = JsonContent.Create(patch) };
        request.Headers.TryAddWithoutValidation("If-Match", $"\"{version}\"");
        return (client ?? browser).SendAsync(request);
    }
}
