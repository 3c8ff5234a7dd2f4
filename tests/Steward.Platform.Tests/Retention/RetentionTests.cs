using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Steward.Platform.Access;
using Steward.Platform.Postgres;
using Steward.Platform.Retention;
using Steward.Platform.Tenancy;
using Steward.Platform.Tests.Access;
using Steward.Testing;

namespace Steward.Platform.Tests.Retention;

public sealed class RetentionTests(PostgresServer server)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_a_minute_too_old_goes_and_what_is_a_minute_younger_stays()
    {
        await using var host = await AccessHost.StartAsync(server);
        await NoticeAsync(host, host.Tenant, "89 days 23:59:00");
        await NoticeAsync(host, host.Tenant, "90 days 00:01:00");
        await Work(host).RunAsync(Ct);
        (await host.Database.AskAsync("select string_agg(dedupe_key, ',') from platform.notices")).ShouldBe("89 days 23:59:00");
    }

    [Fact]
    public async Task A_tenant_s_own_time_holds_for_it_and_for_nobody_else()
    {
        await using var host = await AccessHost.StartAsync(server);
        var other = (await host.Database.Tenants.CreateAsync("Other", Ct)).Id;
        await NoticeAsync(host, host.Tenant, "11 days");
        await NoticeAsync(host, other, "11 days");
        using var program = host.Client(await host.KeyAsync(Permissions.TenantRead, Permissions.TenantWrite));
        (await PutAsync(program, new { days = new { notices = 10 } })).StatusCode.ShouldBe(HttpStatusCode.OK);
        await Work(host).RunAsync(Ct);
        (await host.Database.AskAsync("select tenant_id from platform.notices")).ShouldBe(other.Value);
    }

    [Fact]
    public async Task A_clock_that_jumped_ahead_removes_nothing_early()
    {
        var (now, jumped) = (DateTimeOffset.Parse("2026-03-01T00:00:00Z"), DateTimeOffset.Parse("2099-01-01T00:00:00Z"));
        RetentionWork.Before(now, jumped, 10).ShouldBe(DateTimeOffset.Parse("2026-02-19T00:00:00Z"));
        RetentionWork.Before(jumped, now, 10).ShouldBe(DateTimeOffset.Parse("2026-02-19T00:00:00Z"));
        await using var host = await AccessHost.StartAsync(server, new ManualTime(jumped));
        await NoticeAsync(host, host.Tenant, "89 days");
        await Work(host).RunAsync(Ct);
        (await host.Database.AskAsync("select count(*) from platform.notices")).ShouldBe(1L);
    }

    [Fact]
    public async Task Events_wait_for_every_subscriber_that_still_moves()
    {
        await using var host = await AccessHost.StartAsync(server);
        await host.Database.AskAsync(
            "insert into platform.events (tenant_id, name, subject, at, body) values ($1, 'old', $1, now() - interval '91 days', '{}')", Sql.Uuid(host.Tenant.Value));
        await host.Database.AskAsync("insert into platform.subscribers (name) values ('lags')");
        await Work(host).RunAsync(Ct);
        (await OldAsync(host)).ShouldBe(1);
        await host.Database.AskAsync("update platform.subscribers set moved_at = now() - interval '31 days' where name = 'lags'");
        await Eventually.TrueAsync(async () =>
        {
            await Work(host).RunAsync(Ct);
            return await OldAsync(host) == 0;
        });
    }

    [Fact]
    public async Task A_stopped_tenant_loses_nothing()
    {
        await using var host = await AccessHost.StartAsync(server);
        await NoticeAsync(host, host.Tenant, "91 days");
        var standings = new TestStandings();
        standings.Set(host.Tenant, TenantStanding.Suspended);
        var work = new RetentionWork(
            host.Services.GetRequiredService<Database>(), host.Services.GetRequiredService<TenantRetention>(), host.Services.GetServices<IRetentionClass>(),
            standings, TimeProvider.System, NullLogger<RetentionWork>.Instance);
        await work.RunAsync(Ct);
        (await host.Database.AskAsync("select count(*) from platform.notices")).ShouldBe(1L);
    }

    [Fact]
    public async Task A_class_that_fails_does_not_hold_up_the_others()
    {
        await using var host = await AccessHost.StartAsync(server);
        await NoticeAsync(host, host.Tenant, "91 days");
        var work = new RetentionWork(
            host.Services.GetRequiredService<Database>(), host.Services.GetRequiredService<TenantRetention>(), [new Failing(), .. host.Services.GetServices<IRetentionClass>()],
            host.Services.GetRequiredService<ITenantStandings>(), TimeProvider.System, NullLogger<RetentionWork>.Instance);
        await Should.ThrowAsync<AggregateException>(() => work.RunAsync(Ct));
        (await host.Database.AskAsync("select count(*) from platform.notices")).ShouldBe(0L);
    }

    [Fact]
    public async Task Times_are_read_with_their_bounds_and_only_sensible_ones_are_set()
    {
        await using var host = await AccessHost.StartAsync(server);
        using var program = host.Client(await host.KeyAsync(Permissions.TenantRead, Permissions.TenantWrite));
        (await TimeAsync(program, "events")).ShouldBe((90, 90));
        (await CodeAsync(await PutAsync(program, new { days = new { nothing = 1 } }))).ShouldBe("retention.class");
        (await CodeAsync(await PutAsync(program, new { days = new { events = 6 } }))).ShouldBe("retention.days");
        (await CodeAsync(await PutAsync(program, new { days = new { notices = (int?)null } }))).ShouldBe("retention.days");
        (await PutAsync(program, new { days = new { events = (int?)null } }, "\"0\"")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await TimeAsync(program, "events")).ShouldBe((null, 90));
        (await PutAsync(program, new { days = new { events = 7 } }, "\"0\"")).StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed);
        (await PutAsync(program, new { days = new { } }, "\"1\"")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await TimeAsync(program, "events")).ShouldBe((90, 90));
        using var without = await program.PutAsJsonAsync("/api/retention", new { days = new { } });
        without.StatusCode.ShouldBe(HttpStatusCode.PreconditionRequired);
    }

    private static RetentionWork Work(AccessHost host) => host.Services.GetRequiredService<RetentionWork>();

    private static async Task<long> OldAsync(AccessHost host) => (long)(await host.Database.AskAsync("select count(*) from platform.events where name = 'old'"))!;

    private static Task<object?> NoticeAsync(AccessHost host, TenantId tenant, string age) => host.Database.AskAsync(
        """
        insert into platform.notices (tenant_id, notice_id, kind, topic, severity, dedupe_key, collapse_key, planned, created_at)
        values ($1, gen_random_uuid(), 'alert', 'test', 0, $2, 'test', true, now() - $2::interval)
        """,
        Sql.Uuid(tenant.Value), Sql.Text(age));

    private static async Task<HttpResponseMessage> PutAsync(HttpClient client, object body, string ifMatch = "*")
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "/api/retention") { Content = JsonContent.Create(body) };
        request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        return await client.SendAsync(request);
    }

    private static async Task<(int? Days, int? Default)> TimeAsync(HttpClient client, string name)
    {
        var times = (await client.GetFromJsonAsync<JsonElement>("/api/retention")).GetProperty("times");
        var time = times.EnumerateArray().Single(one => one.GetProperty("class").GetString() == name);
        return (Number(time, "days"), Number(time, "default"));
    }

    private static int? Number(JsonElement of, string name) => of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt32() : null;

    private static async Task<string?> CodeAsync(HttpResponseMessage answer)
    {
        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString();
    }

    private sealed class Failing : IRetentionClass
    {
        public RetentionBounds Bounds { get; } = new("failing", 1, 1, 1);

        public Task<bool> SweepAsync(TenantId tenant, DateTimeOffset before, CancellationToken ct) => throw new IOException("The bucket is away.");
    }
}
