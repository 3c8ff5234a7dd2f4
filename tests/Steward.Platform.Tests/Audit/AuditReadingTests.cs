using System.Text.Json;
using Steward.Platform.Access;
using Steward.Platform.Events;
using Steward.Platform.Events.Records;
using Steward.Platform.Tests.Access;
using Steward.Testing;

namespace Steward.Platform.Tests.Audit;

/// <summary>Filters, pages and files.</summary>
public sealed class AuditReadingTests(PostgresServer server)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("kind=key", 1)]
    [InlineData("action=member.removed", 2)]
    [InlineData("action=member", 3)]
    [InlineData("action=mem", 0)]
    [InlineData("kind=operator", 0)]
    [InlineData("actor={ada}", 3)]
    [InlineData("actor={ada}&action=member.removed", 1)]
    [InlineData("subject={ben}", 1)]
    [InlineData("from=2020-01-01T00:00:00Z", 4)]
    [InlineData("to=2020-01-01T00:00:00Z", 0)]
    [InlineData("from=2020-01-01T00:00:00Z&to=2120-01-01T00:00:00Z&kind=member", 3)]
    public async Task A_filter_leaves_what_fits(string query, int count)
    {
        await using var host = await AccessHost.StartAsync(server);
        using var reader = host.Client(await host.KeyAsync(Permissions.AuditRead));
        var (ada, ben) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await RecordAsync(host, new Actor(ActorKind.Member, ada), new MemberRemoved(ben), new MemberSignedIn(ada), new ApiKeyRevoked(Guid.CreateVersion7()));
        await RecordAsync(host, new Actor(ActorKind.Key, Guid.CreateVersion7()), new MemberRemoved(Guid.CreateVersion7()));
        await reader.EntriesAsync(AuditHost.Audit, 4);
        var found = await reader.EntriesAsync($"{AuditHost.Audit}?{query.Replace("{ada}", ada.ToString(), StringComparison.Ordinal).Replace("{ben}", ben.ToString(), StringComparison.Ordinal)}", 0);
        found.Count.ShouldBe(count);
    }

    [Theory]
    [InlineData("kind=visitor")]
    [InlineData("kind=everyone")]
    [InlineData("action=Member")]
    [InlineData("action=%00")]
    [InlineData("actor=ada")]
    [InlineData("from=yesterday")]
    [InlineData("cursor=made-up")]
    public async Task A_filter_that_cannot_be_read_is_refused(string query)
    {
        await using var host = await AccessHost.StartAsync(server);
        using var reader = host.Client(await host.KeyAsync(Permissions.AuditRead));
        (await reader.GetAsync($"{AuditHost.Audit}?{query}", Ct).JsonAsync(400)).TryGetProperty("code", out _).ShouldBeTrue();
    }

    [Fact]
    public async Task Pages_go_over_each_entry_once_while_others_come()
    {
        await using var host = await AccessHost.StartAsync(server);
        using var reader = host.Client(await host.KeyAsync(Permissions.AuditRead));
        var ada = new Actor(ActorKind.Member, Guid.CreateVersion7());
        await RecordAsync(host, ada, [.. Enumerable.Range(0, 7).Select(_ => new MemberRemoved(Guid.CreateVersion7()))]);
        var all = (await reader.EntriesAsync(AuditHost.Audit, 7)).ConvertAll(entry => entry.GetProperty("entry").GetInt64());
        all.ShouldBe(all.OrderDescending());
        var seen = new List<long>();
        string? cursor = null;
        do
        {
            var page = await reader.GetAsync($"{AuditHost.Audit}?limit=3{(cursor is null ? "" : $"&cursor={cursor}")}", Ct).JsonAsync();
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(entry => entry.GetProperty("entry").GetInt64()));
            cursor = page.TryGetProperty("next", out var next) ? next.GetString() : null;
            await RecordAsync(host, ada, new MemberRemoved(Guid.CreateVersion7()));
            await reader.EntriesAsync($"{AuditHost.Audit}?action=member.removed", 8);
        }
        while (cursor is not null);
        seen.ShouldBe(all);
    }

    [Theory]
    [InlineData("ndjson", "application/x-ndjson")]
    [InlineData("csv", "text/csv")]
    public async Task An_export_holds_what_the_list_shows_and_is_an_entry_itself(string format, string type)
    {
        await using var host = await AccessHost.StartAsync(server);
        await host.AddAsync("=cmd@example.com", Role.Owner);
        using var ada = await host.BrowserAsync("=cmd@example.com");
        var key = new Actor(ActorKind.Key, Guid.CreateVersion7(), "api", "192.0.2.1");
        await RecordAsync(host, key, [.. Enumerable.Range(0, 1_100).Select(_ => new MemberRemoved(Guid.CreateVersion7()))]);
        await Eventually.TrueAsync(async () => (long)(await host.Database.AskAsync("select count(*) from platform.audit"))! == 1_101);
        var listed = await ListAsync(ada);
        using var answer = await ada.GetAsync($"{AuditHost.Audit}/export?format={format}", Ct);
        (answer.Content.Headers.ContentType!.MediaType, answer.Content.Headers.ContentDisposition!.FileName!.EndsWith(format, StringComparison.Ordinal)).ShouldBe((type, true));
        var lines = (await answer.Content.ReadAsStringAsync(Ct)).Split(format == "csv" ? "\r\n" : "\n", StringSplitOptions.RemoveEmptyEntries);
        if (format == "csv")
        {
            lines.Skip(1).Select(line => line.Split(',')[0]).ShouldBe(listed.Select(entry => entry.GetProperty("entry").GetRawText()));
            lines[^1].ShouldContain(",'=cmd,'=cmd@example.com,");
        }
        else
        {
            lines.ShouldBe(listed.Select(entry => entry.GetRawText()));
        }

        var entry = (await ada.EntriesAsync($"{AuditHost.Audit}?action=audit.exported", 1))[0];
        entry.GetProperty("details").Text("kind").ShouldBe(format);
    }

    [Fact]
    public async Task A_filtered_export_leaves_out_the_rest_and_an_unknown_format_is_refused()
    {
        await using var host = await AccessHost.StartAsync(server);
        using var ada = await host.OwnerAsync();
        await RecordAsync(host, new Actor(ActorKind.Key, Guid.CreateVersion7()), new MemberRemoved(Guid.CreateVersion7()));
        await ada.EntriesAsync(AuditHost.Audit, 2);
        var lines = await ada.GetStringAsync($"{AuditHost.Audit}/export?format=ndjson&kind=key", Ct);
        JsonElement.Parse(lines.Trim()).Text("action").ShouldBe("member.removed");
        await ada.GetAsync($"{AuditHost.Audit}/export?format=xlsx", Ct).ProblemAsync(400, "request.parameter");
        await ada.GetAsync($"{AuditHost.Audit}/export", Ct).ProblemAsync(400, "request.parameter");
    }

    [Fact]
    public async Task Agents_and_viewers_do_not_read_it_and_another_tenant_sees_nothing_of_it()
    {
        await using var host = await AccessHost.StartAsync(server);
        using var ada = await host.OwnerAsync();
        await ada.EntriesAsync(AuditHost.Audit, 1);
        foreach (var role in (Role[])[Role.Agent, Role.Viewer])
        {
            await host.AddAsync($"{role}@example.com", role);
            using var browser = await host.BrowserAsync($"{role}@example.com");
            await browser.GetAsync(AuditHost.Audit, Ct).ProblemAsync(403, "auth.forbidden");
            await browser.GetAsync($"{AuditHost.Audit}/export?format=csv", Ct).ProblemAsync(403, "auth.forbidden");
        }

        var other = await host.Database.Tenants.CreateAsync("Other", Ct);
        await host.AddAsync("zoe@example.com", Role.Admin, other.Id);
        using var zoe = await host.BrowserAsync("zoe@example.com");
        (await zoe.EntriesAsync(AuditHost.Audit, 1)).ShouldAllBe(entry => entry.GetProperty("actor").Text("name") == "zoe");
        (await zoe.GetStringAsync($"{AuditHost.Audit}/export?format=csv", Ct)).ShouldNotContain("ada");
    }

    private static async Task<List<JsonElement>> ListAsync(HttpClient reader)
    {
        var all = new List<JsonElement>();
        string? cursor = null;
        do
        {
            var page = await reader.GetAsync($"{AuditHost.Audit}?limit=200{(cursor is null ? "" : $"&cursor={cursor}")}", Ct).JsonAsync();
            all.AddRange(page.GetProperty("items").EnumerateArray());
            cursor = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }
        while (cursor is not null);
        return all;
    }

    private static async Task RecordAsync(AccessHost host, Actor by, params IEvent[] happened)
    {
        var session = host.Database.Database.For(host.Tenant);
        foreach (var one in happened)
        {
            switch (one)
            {
                case MemberRemoved removed:
                    session.Record(removed, by);
                    break;
                case MemberSignedIn signedIn:
                    session.Record(signedIn, by);
                    break;
                case ApiKeyRevoked revoked:
                    session.Record(revoked, by);
                    break;
            }
        }

        await session.SendAsync(Ct);
    }
}
