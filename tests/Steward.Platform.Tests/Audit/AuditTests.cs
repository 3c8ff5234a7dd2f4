using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Steward.Platform.Access;
using Steward.Platform.Events;
using Steward.Platform.Events.Records;
using Steward.Platform.Postgres;
using Steward.Platform.Retention;
using Steward.Platform.Tests.Access;
using Steward.Testing;

namespace Steward.Platform.Tests.Audit;

/// <summary>What becomes an entry, and what an entry says.</summary>
public sealed class AuditTests(PostgresServer server)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_entry_says_who_when_what_and_from_where()
    {
        await using var host = await AccessHost.StartAsync(server);
        using var ada = await host.OwnerAsync();
        var ben = await host.AddAsync("ben@example.com", Role.Viewer);
        await ada.SendAsync(HttpMethod.Patch, $"/api/members/{ben}", new { role = "agent", name = "Benjamin" }).JsonAsync();
        var entry = (await ada.EntriesAsync($"{AuditHost.Audit}?action=member.changed", 1))[0];
        entry.GetProperty("actor").Text("kind").ShouldBe("member");
        entry.GetProperty("actor").Text("name").ShouldBe("ada");
        entry.GetProperty("actor").Text("email").ShouldBe("ada@example.com");
        (entry.Text("door"), entry.Text("origin"), entry.GetProperty("subject").GetGuid()).ShouldBe(("api", "127.0.0.1", ben));
        entry.GetProperty("at").GetDateTimeOffset().ShouldBeGreaterThan(DateTimeOffset.UtcNow.AddMinutes(-5));
        var changes = entry.GetProperty("details").GetProperty("changes").EnumerateArray().ToDictionary(change => change.Text("field"));
        (changes["role"].Text("from"), changes["role"].Text("to")).ShouldBe(("viewer", "agent"));
        changes["name"].TryGetProperty("to", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_sign_in_and_one_that_failed_are_entries_and_an_unknown_address_is_none()
    {
        await using var host = await AccessHost.StartAsync(server);
        using var ada = await host.OwnerAsync();
        using var stranger = host.Client();
        await stranger.PostAsJsonAsync("/api/auth/sign-in", new { email = "nobody@example.com", password = "wrong password" }, Ct).ProblemAsync(401, "auth.credentials");
        await stranger.PostAsJsonAsync("/api/auth/sign-in", new { email = "ada@example.com", password = "wrong password" }, Ct).ProblemAsync(401, "auth.credentials");
        var entries = await ada.EntriesAsync(AuditHost.Audit, 2);
        entries.Actions().ShouldBe(["member.sign_in_failed", "member.signed_in"]);
        entries[0].GetProperty("actor").Text("kind").ShouldBe("anyone");
        entries[0].Text("origin").ShouldBe("127.0.0.1");
        entries[1].GetProperty("actor").Text("name").ShouldBe("ada");
    }

    [Fact]
    public async Task A_new_password_is_an_entry_in_every_tenant_of_the_account()
    {
        await using var host = await AccessHost.StartAsync(server);
        var second = await host.Database.Tenants.CreateAsync("Second", Ct);
        await host.AddAsync("ada@example.com", Role.Owner);
        await host.AddAsync("ada@example.com", Role.Owner, second.Id);
        using var ada = await host.BrowserAsync("ada@example.com");
        await ada.PostAsJsonAsync("/api/auth/password", new { current = AccessHost.Password, password = "another long one" }, Ct).JsonAsync();
        await ada.EntriesAsync($"{AuditHost.Audit}?action=member.password_changed", 0);
        await Eventually.TrueAsync(async () => (long)(await host.Database.AskAsync(
            "select count(distinct tenant_id) from platform.audit a where action = 'member.password_changed' and actor = 'member' and actor_id = subject"))! == 2);
    }

    [Fact]
    public async Task An_operator_s_act_on_a_tenant_is_read_by_both_and_its_address_only_by_operators()
    {
        await using var host = await AccessHost.StartAsync(server);
        using var ada = await host.OwnerAsync();
        using var olga = await host.OperatorAsync();
        await olga.SendAsync(HttpMethod.Patch, $"/api/operator/tenants/{host.Tenant}", new { name = "Bakery" }).JsonAsync();
        var ours = (await ada.EntriesAsync($"{AuditHost.Audit}?kind=operator", 1))[0];
        ours.Text("action").ShouldBe("tenant.changed");
        ours.GetProperty("origin").ValueKind.ShouldBe(JsonValueKind.Null);
        ours.GetProperty("actor").GetProperty("name").ValueKind.ShouldBe(JsonValueKind.Null);
        var theirs = (await olga.EntriesAsync($"{AuditHost.Installation}?tenant={host.Tenant}", 1))[0];
        theirs.GetProperty("actor").Text("email").ShouldBe("olga@example.com");
        (theirs.Text("origin"), theirs.GetProperty("tenant").GetGuid()).ShouldBe(("127.0.0.1", host.Tenant.Value));
        var change = theirs.GetProperty("details").GetProperty("changes")[0];
        (change.Text("field"), change.Text("from"), change.Text("to")).ShouldBe(("name", "Test", "Bakery"));
    }

    [Fact]
    public async Task Acts_of_the_installation_are_read_by_operators_alone()
    {
        await using var host = await AccessHost.StartAsync(server);
        using var ada = await host.OwnerAsync();
        using var olga = await host.OperatorAsync();
        await olga.PostAsJsonAsync("/api/operator/auth/sign-in", new { email = "olga@example.com", password = "wrong password" }, Ct).ProblemAsync(401, "auth.credentials");
        (await olga.EntriesAsync(AuditHost.Installation, 2)).Actions().ShouldBe(["operator.sign_in_failed", "operator.signed_in"]);
        (await ada.EntriesAsync(AuditHost.Audit, 1)).Actions().ShouldBe(["member.signed_in"]);
        await ada.GetAsync(AuditHost.Installation, Ct).ProblemAsync(401, "auth.missing");
        await olga.GetAsync(AuditHost.Audit, Ct).ProblemAsync(401, "auth.missing");
    }

    [Fact]
    public async Task Of_two_operators_who_change_a_tenant_at_once_one_is_told_and_only_the_other_leaves_an_entry()
    {
        await using var host = await AccessHost.StartAsync(server);
        using var olga = await host.OperatorAsync();
        using var otto = await host.OperatorAsync("otto@example.com");
        var address = $"/api/operator/tenants/{host.Tenant}";
        var answers = await Task.WhenAll(
            olga.SendAsync(HttpMethod.Patch, address, new { name = "Bakery" }, "\"1\""), otto.SendAsync(HttpMethod.Patch, address, new { name = "Butcher" }, "\"1\""));
        answers.Select(answer => (int)answer.StatusCode).ShouldBe([200, 412], ignoreOrder: true);
        // What comes after it in the same order proves that nothing is still to come.
        await olga.SendAsync(HttpMethod.Post, $"{address}/suspend", null).JsonAsync();
        (await olga.EntriesAsync($"{AuditHost.Installation}?tenant={host.Tenant}", 2)).Actions().ShouldBe(["tenant.suspended", "tenant.changed"]);
    }

    [Fact]
    public async Task An_event_that_is_read_again_makes_one_entry_and_one_that_was_rolled_back_none()
    {
        await using var host = await AccessHost.StartAsync(server);
        using var ada = await host.OwnerAsync();
        var (kept, lost) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        using (Actor.Enter(new Actor(ActorKind.Member, Guid.CreateVersion7(), "api")))
        {
            var session = host.Database.Database.For(host.Tenant);
            await using (await session.BeginAsync(Ct))
            {
                session.Record(new MemberRemoved(lost));
                await session.SendAsync(Ct);
            }

            session.Record(new MemberRemoved(kept));
            await session.SendAsync(Ct);
        }

        await ada.EntriesAsync($"{AuditHost.Audit}?action=member.removed", 1);
        await host.Database.AskAsync("update platform.subscribers set tx = '0', id = 0 where name = 'platform.audit' returning 1");
        await Eventually.TrueAsync(async () => (string)(await host.Database.AskAsync("select tx::text from platform.subscribers where name = 'platform.audit'"))! != "0");
        (await ada.EntriesAsync($"{AuditHost.Audit}?action=member", 2)).ConvertAll(entry => entry.GetProperty("subject").GetGuid()).ShouldContain(kept, lost.ToString());
        (await host.Database.AskAsync("select count(*) from platform.audit where action = 'member.removed'")).ShouldBe(1L);
    }

    [Theory]
    [InlineData("update platform.audit set action = 'x'")]
    [InlineData("delete from platform.audit")]
    public async Task The_application_s_role_changes_no_entry(string sql)
    {
        await using var host = await AccessHost.StartAsync(server);
        var session = host.Database.Database.For(host.Tenant);
        session.Add(sql);
        (await Should.ThrowAsync<PostgresException>(() => session.SendAsync(Ct))).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
        session.One("select platform.erase_audit($1, 10)", row => row.GetInt32(0), Sql.Uuid(host.Tenant.Value));
        (await Should.ThrowAsync<PostgresException>(() => session.SendAsync(Ct))).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Theory]
    [InlineData(401, 400, 1)]
    [InlineData(399, 400, 0)]
    [InlineData(31, -4000, 1)]
    [InlineData(29, -4000, 0)]
    public async Task Entries_go_after_their_time_and_young_ones_whatever_is_asked_for_stay(int age, int days, int gone)
    {
        await using var host = await AccessHost.StartAsync(server);
        const string insert = """
            insert into platform.audit (tenant_id, event_id, at, actor, action, subject) values ($1, 0, now() - make_interval(days => $2), 'member', 'member.removed', gen_random_uuid()) returning 1
            """;
        await host.Database.AskAsync(insert, new NpgsqlParameter { Value = host.Tenant.Value }, new NpgsqlParameter { Value = age });
        var entries = host.Services.GetServices<IRetentionClass>().Single(one => one.Bounds.Name == "audit");
        (await entries.SweepAsync(host.Tenant, DateTimeOffset.UtcNow.AddDays(-days), Ct)).ShouldBeFalse();
        (await host.Database.AskAsync("select count(*) from platform.audit")).ShouldBe(1L - gone);
    }
}
