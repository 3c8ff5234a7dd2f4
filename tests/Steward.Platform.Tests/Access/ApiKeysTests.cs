using System.Net.Http.Json;
using Steward.Platform.Access;
using Steward.Platform.Postgres;
using Steward.Testing;

namespace Steward.Platform.Tests.Access;

public sealed class ApiKeysTests(PostgresServer server) : IAsyncLifetime
{
    private AccessHost host = null!;
    private HttpClient browser = null!;

    public async ValueTask InitializeAsync()
    {
        host = await AccessHost.StartAsync(server);
        await host.AddAsync("ada@example.com", Role.Admin);
        browser = await host.BrowserAsync("ada@example.com");
    }

    public async ValueTask DisposeAsync()
    {
        browser.Dispose();
        await host.DisposeAsync();
    }

    [Fact]
    public async Task A_key_is_shown_once_stored_hashed_and_works_until_it_is_revoked()
    {
        var made = await browser.PostAsJsonAsync("/api/keys", new { name = "shop", permissions = new[] { Permissions.KnowledgeRead } }).JsonAsync(201);
        var (secret, id) = (made.Text("key"), made.GetProperty("details").Text("id"));
        using var program = host.Client(secret);
        await program.GetAsync("/knowledge").JsonAsync(200, readJson: false);

        var list = (await browser.GetAsync("/api/keys").JsonAsync()).ToString();
        list.ShouldContain("shop");
        list.ShouldNotContain(secret);
        ((long)(await host.Database.AskAsync("select count(*) from platform.api_keys k where k::text like '%' || $1 || '%'", Sql.Text(secret)))!).ShouldBe(0);

        await browser.DeleteAsync($"/api/keys/{id}").JsonAsync(204);
        await program.GetAsync("/knowledge").ProblemAsync(401, "auth.invalid_key");
        await browser.DeleteAsync($"/api/keys/{id}").ProblemAsync(404, "key.not_found");
    }

    [Fact]
    public async Task A_known_key_costs_no_round_trip()
    {
        using var program = host.Client(await host.KeyAsync(Permissions.KnowledgeRead));
        await program.GetAsync("/knowledge").JsonAsync(200, readJson: false);

        // With the table out of reach only the memory can answer.
        await host.Database.AskAsync("alter table platform.api_keys rename to hidden");
        await program.GetAsync("/knowledge").JsonAsync(200, readJson: false);
    }

    [Fact]
    public async Task A_revoked_key_ends_on_other_nodes_too()
    {
        var node = await AccessHost.StartAsync(host.Database);
        var made = await browser.PostAsJsonAsync("/api/keys", new { name = "shop", permissions = new[] { Permissions.KnowledgeRead } }).JsonAsync(201);
        using var program = node.Client(made.Text("key"));
        await program.GetAsync("/knowledge").JsonAsync(200, readJson: false);

        await browser.DeleteAsync($"/api/keys/{made.GetProperty("details").Text("id")}").JsonAsync(204);

        // The wake-up is on its way; without it the other node would believe for half a minute.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!patience.IsCancellationRequested)
        {
            using var answer = await program.GetAsync("/knowledge", TestContext.Current.CancellationToken);
            if ((int)answer.StatusCode == 401)
            {
                break;
            }

            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        patience.IsCancellationRequested.ShouldBeFalse();
        await node.StopAsync();
    }

    [Fact]
    public async Task A_key_expires_without_anyone_touching_it()
    {
        var time = new ManualTime(DateTimeOffset.UtcNow);
        var node = await AccessHost.StartAsync(host.Database, time);
        var made = await browser.PostAsJsonAsync(
            "/api/keys", new { name = "shop", permissions = new[] { Permissions.KnowledgeRead }, expiresAt = time.GetUtcNow().AddHours(1) }).JsonAsync(201);
        using var program = node.Client(made.Text("key"));
        await program.GetAsync("/knowledge").JsonAsync(200, readJson: false);
        time.Advance(TimeSpan.FromHours(1));
        await program.GetAsync("/knowledge").ProblemAsync(401, "auth.invalid_key");
        await node.StopAsync();
    }

    [Fact]
    public async Task A_key_holds_no_more_than_its_maker()
    {
        await browser.PostAsJsonAsync("/api/keys", new { name = "x", permissions = new[] { Permissions.TenantWrite } }).ProblemAsync(403, "key.beyond_own");
        await browser.PostAsJsonAsync("/api/keys", new { name = "x", permissions = new[] { "root" } }).ProblemAsync(422, "key.permissions");
        await browser.PostAsJsonAsync("/api/keys", new { name = "", permissions = new[] { Permissions.Self } }).ProblemAsync(422, "input.name");
        await browser.PostAsJsonAsync("/api/keys", new { name = "x", permissions = new[] { Permissions.Self }, expiresAt = DateTimeOffset.UnixEpoch })
            .ProblemAsync(422, "key.expires_at");
    }

    [Fact]
    public async Task A_key_that_may_make_keys_gives_only_what_it_has()
    {
        using var program = host.Client(await host.KeyAsync(Permissions.KeysWrite, Permissions.KnowledgeRead));
        await program.PostAsJsonAsync("/api/keys", new { name = "x", permissions = new[] { Permissions.KnowledgeRead } }).JsonAsync(201);
        await program.PostAsJsonAsync("/api/keys", new { name = "x", permissions = new[] { Permissions.KnowledgeWrite } }).ProblemAsync(403, "key.beyond_own");
    }

    [Fact]
    public async Task Use_is_noted_coarsely()
    {
        using var program = host.Client(await host.KeyAsync(Permissions.KnowledgeRead));
        await program.GetAsync("/knowledge").JsonAsync(200, readJson: false);
        (await host.Database.AskAsync("select last_used_at is not null from platform.api_keys")).ShouldBe(true);
    }

    [Fact]
    public async Task Keys_of_another_tenant_are_not_there()
    {
        var other = (await host.Database.Tenants.CreateAsync("Other", TestContext.Current.CancellationToken)).Id;
        var foreign = await host.Setup.AddKeyAsync(other, "theirs", new HashSet<string> { Permissions.KeysRead }, TestContext.Current.CancellationToken);
        await browser.DeleteAsync($"/api/keys/{foreign.Id}").ProblemAsync(404, "key.not_found");
        (await browser.GetAsync("/api/keys").JsonAsync()).GetProperty("items").GetArrayLength().ShouldBe(0);
        using var theirs = host.Client(foreign.Secret);
        (await theirs.GetAsync("/api/keys").JsonAsync()).GetProperty("items").GetArrayLength().ShouldBe(1);
    }
}
