using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Steward.Platform.Access;
using Steward.Platform.Events;
using Steward.Platform.Events.Records;
using Steward.Platform.Notices;
using Steward.Platform.Notices.Sending;
using Steward.Platform.Outbound;
using Steward.Platform.Retention;
using Steward.Platform.Tests.Access;
using Steward.Platform.Tests.Mail;
using Steward.Simulators;
using Steward.Testing;

namespace Steward.Platform.Tests.Notices;

public sealed class NoticesTests(PostgresServer server) : IAsyncLifetime
{
    private const string Secret = "a secret of some length";
    private readonly ManualTime time = new();
    private readonly ScriptedTransport mails = new();
    private AccessHost host = null!;
    private HttpClient owner = null!;
    private HttpClient agent = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private NoticeWorker Worker => host.Services.GetRequiredService<NoticeWorker>();

    public async ValueTask InitializeAsync()
    {
        host = await AccessHost.StartAsync(server, time);
        await host.AddAsync("ada@example.com", Role.Owner);
        await host.AddAsync("bo@example.com", Role.Agent);
        await host.AddAsync("cy@example.com", Role.Viewer);
        owner = await host.BrowserAsync("ada@example.com");
        agent = await host.BrowserAsync("bo@example.com");
    }

    public async ValueTask DisposeAsync()
    {
        owner.Dispose();
        agent.Dispose();
        await host.DisposeAsync();
    }

    private async Task RaiseAsync(params NewNotice[] raised)
    {
        var session = host.Database.Database.For(host.Tenant);
        foreach (var notice in raised)
        {
            host.Services.GetRequiredService<INotices>().Raise(session, notice);
        }

        await session.SendAsync(Ct);
        await WorkedOffAsync();
    }

    /// <summary>The host's own worker may be at it: what it holds is waited for.</summary>
    private Task WorkedOffAsync() => Eventually.TrueAsync(async () =>
    {
        await Worker.DrainAsync(Ct);
        return (bool)(await host.Database.AskAsync(
            $"select not exists (select from platform.notices where not planned) and not exists (select from platform.notice_deliveries where state = 1 or (state = 0 and due_at <= '{time.GetUtcNow():O}'))"))!;
    });

    private static NewNotice Notice(string kind = NoticeKinds.Alert, NoticeSeverity severity = NoticeSeverity.Warning, string topic = NoticeTopics.TurnFailed, string? key = null) =>
        new(kind, topic, severity, key ?? Guid.NewGuid().ToString());

    private static Task<JsonElement> ListAsync(HttpClient client, string query = "") => client.GetAsync("/api/notices" + query, Ct).JsonAsync();

    private static int Count(JsonElement page) => page.GetProperty("items").GetArrayLength();

    [Fact]
    public async Task Each_sees_the_kinds_its_role_can_act_on()
    {
        await RaiseAsync(Notice(NoticeKinds.Alert), Notice(NoticeKinds.Handoff, topic: NoticeTopics.HandoffRequested), Notice(NoticeKinds.System, topic: "news"), Notice(NoticeKinds.Approval, topic: "asks"));
        Count(await ListAsync(owner)).ShouldBe(4);
        (await ListAsync(agent)).GetProperty("items").EnumerateArray().Select(item => item.Text("kind")).ShouldBe(["approval", "handoff"], ignoreOrder: true);
        Count(await ListAsync(owner, "?kind=system")).ShouldBe(1);
        Count(await ListAsync(agent, "?kind=system")).ShouldBe(0);
        await owner.GetAsync("/api/notices?kind=nonsense", Ct).ProblemAsync(422, "notice.kind_unknown");
    }

    [Fact]
    public async Task What_one_has_read_is_unread_for_the_others()
    {
        await RaiseAsync(Notice(NoticeKinds.Handoff), Notice(NoticeKinds.Handoff, topic: "other"));
        var id = (await ListAsync(agent)).GetProperty("items")[0].Text("id");
        await agent.PutAsync($"/api/notices/{id}/read", null, Ct).JsonAsync(204);
        await agent.PutAsync($"/api/notices/{id}/read", null, Ct).JsonAsync(204);
        Count(await ListAsync(agent, "?unread=true")).ShouldBe(1);
        (await owner.GetAsync("/api/notices/count", Ct).JsonAsync()).GetProperty("unread").GetInt32().ShouldBe(2);
        await agent.DeleteAsync($"/api/notices/{id}/read", Ct).JsonAsync(204);
        (await agent.GetAsync("/api/notices/count", Ct).JsonAsync()).GetProperty("unread").GetInt32().ShouldBe(2);
        await agent.PostAsJsonAsync("/api/notices/read", new { }, Ct).JsonAsync(204);
        (await agent.GetAsync("/api/notices/count", Ct).JsonAsync()).GetProperty("unread").GetInt32().ShouldBe(0);
        Count(await ListAsync(agent)).ShouldBe(2);
    }

    [Fact]
    public async Task A_notice_of_a_kind_one_may_not_see_cannot_be_marked_either()
    {
        await RaiseAsync(Notice(NoticeKinds.Alert));
        var id = (await ListAsync(owner)).GetProperty("items")[0].Text("id");
        await agent.PutAsync($"/api/notices/{id}/read", null, Ct).ProblemAsync(404, "notice.not_found");
    }

    [Fact]
    public async Task Pages_go_from_the_newest_to_the_oldest_without_gaps()
    {
        for (var i = 0; i < 5; i++)
        {
            await RaiseAsync(Notice(topic: $"topic {i}"));
            time.Advance(TimeSpan.FromSeconds(1));
        }

        var first = await ListAsync(owner, "?limit=3");
        var second = await ListAsync(owner, $"?limit=3&cursor={first.Text("next")}");
        first.GetProperty("items").EnumerateArray().Concat(second.GetProperty("items").EnumerateArray()).Select(item => item.Text("topic"))
            .ShouldBe(["topic 4", "topic 3", "topic 2", "topic 1", "topic 0"]);
    }

    [Fact]
    public async Task The_same_cause_is_one_notice_and_repeats_within_the_window_are_counted()
    {
        await RaiseAsync(Notice(key: "a"), Notice(key: "a"), Notice(key: "b"), Notice(key: "c"));
        var one = (await ListAsync(owner)).GetProperty("items").EnumerateArray().ShouldHaveSingleItem();
        one.GetProperty("times").GetInt32().ShouldBe(3);
        time.Advance(TimeSpan.FromMinutes(15));
        await RaiseAsync(Notice(key: "d"));
        Count(await ListAsync(owner)).ShouldBe(2);
        await RaiseAsync(Notice(key: "e", severity: NoticeSeverity.Urgent));
        Count(await ListAsync(owner)).ShouldBe(3);
    }

    [Fact]
    public async Task A_mail_tells_those_who_can_act_and_gathers_what_comes_soon_after()
    {
        await RaiseAsync(Notice(NoticeKinds.Handoff, topic: NoticeTopics.HandoffRequested));
        (await host.SentAsync(mails, 2)).Select(mail => mail.To).ShouldBe(["ada@example.com", "bo@example.com"], ignoreOrder: true);

        time.Advance(TimeSpan.FromSeconds(1));
        await RaiseAsync(Notice(NoticeKinds.Handoff, topic: "one more"), Notice(NoticeKinds.Handoff, topic: "and another"));
        await host.SentAsync(mails, 2);
        time.Advance(TimeSpan.FromMinutes(15));
        await WorkedOffAsync();
        var later = (await host.SentAsync(mails, 4)).Skip(2).ToList();
        later.Select(mail => mail.To).ShouldBe(["ada@example.com", "bo@example.com"], ignoreOrder: true);
        later.ShouldAllBe(mail => mail.Text.Contains("one more") && mail.Text.Contains("and another") && mail.Text.Contains("/app/notices"));
    }

    [Fact]
    public async Task In_quiet_hours_only_what_is_urgent_is_mailed_and_what_was_read_meanwhile_is_not()
    {
        // It is 9:00; quiet until 12:00.
        await SetAsync(owner, "/api/notices/settings", new { quietHours = new { from = "08:00", until = "12:00" } });
        await SetAsync(agent, "/api/notices/preferences", new { mailFrom = "none" });
        await RaiseAsync(Notice(NoticeKinds.Handoff));
        mails.Given.ShouldBeEmpty();
        await RaiseAsync(Notice(NoticeKinds.Handoff, NoticeSeverity.Urgent, "fire"));
        (await host.SentAsync(mails, 1))[0].Text.ShouldContain("fire");

        await owner.PostAsJsonAsync("/api/notices/read", new { }, Ct).JsonAsync(204);
        time.Advance(TimeSpan.FromHours(3));
        await WorkedOffAsync();
        await host.SentAsync(mails, 1);
        await RaiseAsync(Notice(NoticeKinds.Alert, topic: "after"));
        (await host.SentAsync(mails, 2))[1].Text.ShouldContain("after");
    }

    [Fact]
    public async Task A_webhook_gets_signed_notices_until_it_takes_them()
    {
        await using var receiver = await CallbackReceiver.StartAsync(new CallbackOptions { Secret = Secret, Time = time }, Ct);
        receiver.Plan(new CallbackFault(CallbackFaultKind.Status) { Status = 503 }, new CallbackFault(CallbackFaultKind.TakeThenDrop));
        await SetAsync(owner, "/api/notices/settings", new { webhook = new { url = receiver.CallbackAddress, secret = Secret } });
        await RaiseAsync(Notice());
        for (var minute = 0; minute < 10; minute++)
        {
            time.Advance(TimeSpan.FromMinutes(1));
            await WorkedOffAsync();
        }

        receiver.Attempts.Count.ShouldBe(3);
        receiver.Attempts.Select(attempt => attempt.Key).Distinct().ShouldHaveSingleItem("The key is the same, so that it is taken once.");
        var body = JsonDocument.Parse(receiver.Taken.Single().Body).RootElement;
        (body.Text("kind"), body.Text("topic"), body.Text("severity")).ShouldBe(("alert", "turn.failed", "warning"));
        BodySignature.Holds(receiver.Attempts[0].Headers[BodySignature.Header], Secret, receiver.Attempts[0].BodyBytes.Span, time.GetUtcNow().AddMinutes(-10)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_webhook_that_refuses_makes_an_alert_that_is_not_sent_to_it()
    {
        await using var receiver = await CallbackReceiver.StartAsync(ct: Ct);
        receiver.Faults = _ => new CallbackFault(CallbackFaultKind.Status) { Status = 410 };
        await SetAsync(owner, "/api/notices/settings", new { webhook = new { url = receiver.CallbackAddress, secret = Secret } });
        await RaiseAsync(Notice());
        time.Advance(TimeSpan.FromDays(2));
        await WorkedOffAsync();
        receiver.Attempts.Count.ShouldBe(1);
        (await ListAsync(owner)).GetProperty("items").EnumerateArray().Select(item => item.Text("topic")).ShouldContain("notice.webhook_failed");
    }

    [Fact]
    public async Task A_webhook_that_stalls_holds_up_nobody_elses_notices()
    {
        await using var receiver = await CallbackReceiver.StartAsync(new CallbackOptions { Time = time }, Ct);
        receiver.Faults = _ => new CallbackFault(CallbackFaultKind.Stall) { StallMs = 1_000_000 };
        await SetAsync(owner, "/api/notices/settings", new { webhook = new { url = receiver.CallbackAddress, secret = Secret } });
        var stalling = RaiseAsync(Notice());
        while (receiver.Attempts.Count == 0)
        {
            await Task.Delay(10, Ct);
        }

        var other = (await host.Database.Tenants.CreateAsync("Other", Ct)).Id;
        await host.AddAsync("dee@example.com", Role.Owner, other);
        var session = host.Database.Database.For(other);
        host.Services.GetRequiredService<INotices>().Raise(session, Notice(topic: "theirs"));
        await session.SendAsync(Ct);
        var sent = await host.SentAsync(mails, 2);

        sent.Select(mail => mail.To).ShouldContain("dee@example.com");
        stalling.IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromSeconds(30));
        await stalling;
    }

    [Fact]
    public async Task A_webhook_cannot_be_an_address_within()
    {
        await SetAsync(owner, "/api/notices/settings", new { webhook = new { url = "http://169.254.169.254/latest", secret = Secret } });
        await RaiseAsync(Notice());
        (await ListAsync(owner)).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("code").GetString()).ShouldContain("outbound.private_address");
    }

    [Fact]
    public async Task Settings_are_checked_guarded_by_their_version_and_never_tell_the_secret()
    {
        await agent.GetAsync("/api/notices/settings", Ct).ProblemAsync(403, "auth.forbidden");
        await PutAsync(owner, "/api/notices/settings", new { quietHours = new { from = "8", until = "12:00" } }).ProblemAsync(422, "notice.quiet_hours_invalid");
        await PutAsync(owner, "/api/notices/settings", new { windowMinutes = 9999 }).ProblemAsync(422, "notice.window_invalid");
        await PutAsync(owner, "/api/notices/settings", new { webhook = new { url = "ftp://example.com", secret = Secret } }).ProblemAsync(422, "notice.webhook_invalid");
        await PutAsync(owner, "/api/notices/settings", new { webhook = new { url = "https://example.com", secret = Secret, from = "loud" } }).ProblemAsync(422, "notice.severity_unknown");
        await PutAsync(owner, "/api/notices/preferences", new { muted = new[] { "noise" } }).ProblemAsync(422, "notice.kind_unknown");
        await PutAsync(owner, "/api/notices/preferences", new { mailFrom = "loud" }).ProblemAsync(422, "notice.severity_unknown");

        await SetAsync(owner, "/api/notices/settings", new { webhook = new { url = "https://example.com/hook", secret = Secret } });
        await PutAsync(owner, "/api/notices/settings", new { }, "\"0\"").ProblemAsync(412, "precondition.failed");
        (await PutAsync(owner, "/api/notices/settings", new { windowMinutes = 5, webhook = new { url = "https://example.com/other" } }, "\"1\"").JsonAsync())
            .GetProperty("webhook").Text("url").ShouldBe("https://example.com/other");
        (await owner.GetStringAsync("/api/notices/settings", Ct)).ShouldNotContain(Secret);
        (await host.Database.AskAsync("select count(*) from platform.notice_settings s where s::text like '%example.com%'")).ShouldBe(0L);
        await SetAsync(owner, "/api/notices/settings", new { });
        (await owner.GetAsync("/api/notices/settings", Ct).JsonAsync()).GetProperty("webhook").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Events_make_notices_and_an_event_that_comes_twice_makes_one()
    {
        var conversation = Guid.CreateVersion7();
        var session = host.Database.Database.For(host.Tenant);
        session.Record(new HandoffRequested(conversation, "requested"));
        session.Record(new TurnFailed(conversation, Guid.CreateVersion7(), "author.failed"));
        session.Record(new DeliveryMoved(conversation, Guid.CreateVersion7(), "failed", "callback.refused"));
        session.Record(new DeliveryMoved(conversation, Guid.CreateVersion7(), "sent", null));
        session.Record(new MailFailed(Guid.CreateVersion7(), "invitation", "smtp.550"));
        session.Record(new MailFailed(Guid.CreateVersion7(), "notice", "smtp.550"));
        await session.SendAsync(Ct);

        // Events are handed out once every older transaction of the server has ended, those of other tests too.
        await PastAsync();
        await host.Database.AskAsync("update platform.subscribers set tx = '0', id = 0 where name = 'platform.notices'");
        await PastAsync();
        await WorkedOffAsync();

        var seen = (await ListAsync(owner)).GetProperty("items").EnumerateArray().ToList();
        seen.Select(item => $"{item.Text("kind")} {item.Text("topic")} {item.GetProperty("times")} {item.Text("code")}").ShouldBe(
            ["handoff handoff.requested 1 requested", "alert turn.failed 1 author.failed", "alert delivery.failed 1 callback.refused", "alert mail.failed 1 smtp.550", "alert notice.mail_failed 1 smtp.550"],
            ignoreOrder: true);
        seen.Single(item => item.Text("kind") == "handoff").Text("subject").ShouldBe(conversation.ToString());
    }

    private Task PastAsync() => Eventually.TrueAsync(async () =>
    {
        await host.Services.GetRequiredService<EventDispatcher>().DrainAsync(Ct);
        return (bool)(await host.Database.AskAsync("select not exists (select from platform.events e where (e.tx, e.id) > (s.tx, s.id)) from platform.subscribers s where s.name = 'platform.notices'"))!;
    });

    [Fact]
    public async Task Nodes_that_work_at_once_tell_each_once()
    {
        var other = await AccessHost.StartAsync(host.Database, time);
        var session = host.Database.Database.For(host.Tenant);
        for (var i = 0; i < 30; i++)
        {
            host.Services.GetRequiredService<INotices>().Raise(session, Notice(topic: $"topic {i}"));
        }

        await session.SendAsync(Ct);
        await Task.WhenAll(Worker.DrainAsync(Ct), other.Services.GetRequiredService<NoticeWorker>().DrainAsync(Ct));
        await Worker.DrainAsync(Ct);
        await other.StopAsync();

        (await host.Database.AskAsync("select count(*) from platform.notice_deliveries where state = 2")).ShouldBe(30L);
        var mailed = (long)(await host.Database.AskAsync("select count(*) from platform.mails"))!;
        var told = string.Concat((await host.SentAsync(mails, (int)mailed)).Select(mail => mail.Text));
        Enumerable.Range(0, 30).ShouldAllBe(i => told.Split($"topic {i}\n").Length <= 2);
    }

    [Fact]
    public async Task Old_notices_go_with_their_deliveries_once_everybody_was_told()
    {
        await RaiseAsync(Notice());
        var notices = host.Services.GetServices<IRetentionClass>().Single(one => one.Bounds.Name == "notices");
        await notices.SweepAsync(host.Tenant, time.GetUtcNow(), Ct);
        (await host.Database.AskAsync("select count(*) from platform.notices")).ShouldBe(1L);
        await Worker.DrainAsync(Ct);
        await notices.SweepAsync(host.Tenant, time.GetUtcNow().AddMinutes(1), Ct);
        (await host.Database.AskAsync("select count(*) from platform.notices")).ShouldBe(0L);
        (await host.Database.AskAsync("select count(*) from platform.notice_deliveries")).ShouldBe(0L);
    }

    private static async Task SetAsync(HttpClient client, string path, object body) => await PutAsync(client, path, body).JsonAsync();

    private static Task<HttpResponseMessage> PutAsync(HttpClient client, string path, object body, string ifMatch = "*")
    {
        var request = new HttpRequestMessage(HttpMethod.Put, path) { Content = JsonContent.Create(body) };
        request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        return client.SendAsync(request, Ct);
    }
}
