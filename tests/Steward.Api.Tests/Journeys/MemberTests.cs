using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Steward.Platform.Access;

namespace Steward.Api.Tests.Journeys;

/// <summary>People and programs come in, do what they may, and go.</summary>
public sealed class MemberTests(ApiHost host)
{
    private const string Password = "correct horse battery 1";

    [Fact]
    public async Task An_invitation_leads_to_a_session_that_changes_things_only_with_its_antiforgery_token()
    {
        var business = await host.NewBusinessAsync();
        var email = $"ada-{Guid.NewGuid():N}@example.com";
        var invitation = await business.PostAsync("/api/invitations", new { email, role = "agent" });
        var token = invitation.GetProperty("token").GetString();

        using var browser = Browser();
        var accepted = await ReadAsync(await browser.PostAsJsonAsync($"/api/invitations/{token}/accept", new { name = "Ada", password = Password }));
        accepted.GetProperty("role").GetString().ShouldBe("agent");
        (await browser.GetAsync("/api/conversations")).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var another = Browser();
        await another.PostAsJsonAsync($"/api/invitations/{token}/accept", new { name = "Eve", password = Password }).ShouldBeProblemAsync(404, "invitation.not_found");

        using var next = Browser();
        var signedIn = await ReadAsync(await next.PostAsJsonAsync("/api/auth/sign-in", new { email, password = Password }));
        var antiforgery = signedIn.GetProperty("antiforgeryToken").GetString()!;
        var (conversation, _) = await business.StartAsync();
        var take = $"/api/conversations/{conversation}/take-over";
        await next.PostAsync(take, null).ShouldBeProblemAsync(403, "auth.antiforgery");
        await WithTokenAsync(next, take, antiforgery, origin: "https://evil.example").ShouldBeProblemAsync(403, "auth.antiforgery");
        await WithTokenAsync(next, take, "made up", Origin).ShouldBeProblemAsync(403, "auth.antiforgery");
        (await WithTokenAsync(next, take, antiforgery, Origin)).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        (await WithTokenAsync(next, "/api/auth/sign-out", antiforgery, Origin)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await next.GetAsync("/api/conversations")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_wrong_password_and_an_unknown_address_are_refused_alike()
    {
        var (business, email) = await WithMemberAsync(Role.Viewer);
        using var browser = Browser();
        await browser.PostAsJsonAsync("/api/auth/sign-in", new { email, password = "not the password" }).ShouldBeProblemAsync(401, "auth.credentials");
        await browser.PostAsJsonAsync("/api/auth/sign-in", new { email = "nobody@example.com", password = Password }).ShouldBeProblemAsync(401, "auth.credentials");
        business.Tenant.Value.ShouldNotBe(Guid.Empty);
    }

    [Fact]
    public async Task A_viewer_looks_and_changes_nothing()
    {
        var (business, email) = await WithMemberAsync(Role.Viewer);
        using var browser = Browser();
        var me = await ReadAsync(await browser.PostAsJsonAsync("/api/auth/sign-in", new { email, password = Password }));
        var antiforgery = me.GetProperty("antiforgeryToken").GetString()!;
        var (conversation, _) = await business.StartAsync();
        (await browser.GetAsync($"/api/conversations/{conversation}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await WithTokenAsync(browser, $"/api/conversations/{conversation}/take-over", antiforgery, Origin).ShouldBeProblemAsync(403, "auth.forbidden");
        await WithTokenAsync(browser, "/api/keys", antiforgery, Origin).ShouldBeProblemAsync(403, "auth.forbidden");
        (await browser.GetAsync("/api/keys")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task The_last_owner_stays_and_a_removed_member_is_out_at_once()
    {
        var (business, ownerEmail) = await WithMemberAsync(Role.Owner);
        var agentEmail = $"agent-{Guid.NewGuid():N}@example.com";
        await host.Services.GetRequiredService<IAccessSetup>().AddMemberAsync(business.Tenant, agentEmail, "Agent", Password, Role.Agent, CancellationToken.None);
        var members = (await business.GetAsync("/api/members")).GetProperty("items").EnumerateArray().ToDictionary(member => member.GetProperty("email").GetString()!, member => member.GetProperty("id").GetGuid());
        await business.Http.DeleteAsync($"/api/members/{members[ownerEmail]}").ShouldBeProblemAsync(409, "member.last_owner");

        using var browser = Browser();
        await ReadAsync(await browser.PostAsJsonAsync("/api/auth/sign-in", new { email = agentEmail, password = Password }));
        (await browser.GetAsync("/api/conversations")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await business.Http.DeleteAsync($"/api/members/{members[agentEmail]}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await browser.GetAsync("/api/conversations").ShouldBeProblemAsync(401, "auth.session_ended");
    }

    [Fact]
    public async Task A_key_does_what_its_scopes_say_until_it_is_revoked()
    {
        var business = await host.NewBusinessAsync();
        var made = await business.PostAsync("/api/keys", new { name = "Reader", permissions = new[] { Permissions.KnowledgeRead, Permissions.KeysWrite } });
        using var reader = Business.Client(host, made.GetProperty("key").GetString());
        (await reader.GetAsync("/api/knowledge/sources")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await reader.PostAsJsonAsync("/api/conversations", new { }).ShouldBeProblemAsync(403, "auth.forbidden");
        await reader.PostAsJsonAsync("/api/keys", new { name = "More", permissions = new[] { Permissions.KnowledgeWrite } }).ShouldBeProblemAsync(403, "key.beyond_own");

        var id = made.GetProperty("details").GetProperty("id").GetGuid();
        (await business.GetAsync("/api/keys")).GetRawText().ShouldNotContain(made.GetProperty("key").GetString()!);
        (await business.Http.DeleteAsync($"/api/keys/{id}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await reader.GetAsync("/api/knowledge/sources").ShouldBeProblemAsync(401, "auth.invalid_key");
    }

    private string Origin => host.Address.GetLeftPart(UriPartial.Authority);

    private HttpClient Browser() => new(new SocketsHttpHandler { CookieContainer = new CookieContainer() }) { BaseAddress = host.Address };

    private async Task<(Business Business, string Email)> WithMemberAsync(Role role)
    {
        var business = await host.NewBusinessAsync();
        var email = $"member-{Guid.NewGuid():N}@example.com";
        await host.Services.GetRequiredService<IAccessSetup>().AddMemberAsync(business.Tenant, email, "Member", Password, role, CancellationToken.None);
        return (business, email);
    }

    private static async Task<HttpResponseMessage> WithTokenAsync(HttpClient browser, string path, string token, string origin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Headers.Add("X-Steward-Antiforgery", token);
        request.Headers.Add("Origin", origin);
        return await browser.SendAsync(request);
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response) =>
        await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
}
