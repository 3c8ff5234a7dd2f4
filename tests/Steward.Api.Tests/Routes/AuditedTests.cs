using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Steward.Platform.Access;
using Steward.Platform.Administration;
using Steward.Platform.Audit;

namespace Steward.Api.Tests.Routes;

/// <summary>Every route that changes something or takes data out, as its owner: it leaves an entry in the audit, or says why not.</summary>
public sealed class AuditedTests(ApiHost host)
{
    private const string Password = "a long password 1";
    private const string Installation = "00000000-0000-0000-0000-000000000001";

    /// <summary>What routes without an id, and those of operators, send. A route that is not here fails the test.</summary>
    private static readonly Dictionary<string, Func<HttpContent?>> Bodies = new()
    {
        ["AddSource"] = () => JsonContent.Create(new { title = "More", text = "The shop sells bikes.", type = "text" }),
        ["CreateAssistant"] = () => JsonContent.Create(new { name = "Third" }),
        ["CreateChannel"] = () => JsonContent.Create(new { kind = "widget", name = "Second site" }),
        ["Invite"] = () => JsonContent.Create(new { email = "eve@example.com", role = "agent" }),
        ["CreateKey"] = () => JsonContent.Create(new { name = "Third", permissions = new[] { Permissions.KnowledgeRead } }),
        ["AddFile"] = () => new StringContent("Another file."),
        ["SetMasking"] = () => JsonContent.Create(new { masking = "models" }),
        ["SetLimits"] = () => JsonContent.Create(new { contactPerHour = 7 }),
        ["SetRouting"] = () => JsonContent.Create(new { policy = "seed" }),
        ["SetBudget"] = () => JsonContent.Create(new { warnUsd = 20 }),
        ["DeleteBudget"] = () => null,
        ["SetLogo"] = () => new ByteArrayContent(Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")) { Headers = { ContentType = new("image/png") } },
        ["RemoveLogo"] = () => null,
        ["ChangeProfile"] = () => JsonContent.Create(new { name = "Renamed" }),
        ["SetOpeningHours"] = () => JsonContent.Create(new { monday = new[] { new { from = "09:00", to = "17:00" } } }),
        ["RemoveOpeningHours"] = () => null,
        ["SetNoticeSettings"] = () => JsonContent.Create(new { windowMinutes = 5 }),
        ["SwitchWordSearch"] = () => JsonContent.Create(new { enabled = true }),
        ["PutProvider"] = () => JsonContent.Create(new { key = "sk-test" }),
        ["DeleteProvider"] = () => null,
        ["ChangePassword"] = () => JsonContent.Create(new { current = Password, password = "a long password 2" }),
        ["ExportAudit"] = () => null,
        ["ExportConversations"] = () => null,
        ["ExportShadowPairs"] = () => null,
        ["SetShadowSettings"] = () => JsonContent.Create(new { sampleRate = 0.2 }),
        ["SetRetention"] = () => JsonContent.Create(new { days = new { audit = 500 } }),
        ["CreateTenant"] = () => JsonContent.Create(new { name = "Made", ownerEmail = "eve@example.com" }),
        ["RenameTenant"] = () => JsonContent.Create(new { name = "Renamed" }),
        ["InviteOwner"] = () => JsonContent.Create(new { email = "eve@example.com" }),
        ["SetTenantLimits"] = () => JsonContent.Create(new { weight = 2 }),
        ["SuspendTenant"] = () => null,
        ["ResumeTenant"] = () => null,
        ["DeleteTenant"] = () => null,
        ["UndeleteTenant"] = () => null,
        ["ChangeOperatorPassword"] = () => JsonContent.Create(new { current = Password, @new = "a long password 2" }),
        ["ExportInstallationAudit"] = () => null,
    };

    /// <summary>Acts that need what another act made, in the order in which they fit; the rest comes first.</summary>
    private static readonly string[] Order =
    [
        "SetLogo", "RemoveLogo", "SetOpeningHours", "RemoveOpeningHours", "PutProvider", "DeleteProvider", "SetBudget", "DeleteBudget",
        "SuspendTenant", "ResumeTenant", "DeleteTenant", "UndeleteTenant", "ChangePassword", "ChangeOperatorPassword",
    ];

    [Fact]
    public void Every_reason_to_leave_no_entry_is_one_and_stands_at_a_route_that_changes_something()
    {
        var silent = RouteList.Of(host).Where(route => route.Endpoint.Metadata.GetMetadata<NotAudited>() is not null).ToList();
        silent.Count.ShouldBeGreaterThan(5);
        silent.ShouldAllBe(route => route.IsWrite && route.Endpoint.Metadata.GetMetadata<NotAudited>()!.Reason.Length > 10);
    }

    [Fact]
    public async Task Every_route_that_changes_something_or_takes_it_out_leaves_an_entry_or_says_why_not()
    {
        var business = await host.NewBusinessAsync();
        var ids = await new Things(host).MakeAsync(business);
        await PrepareAsync(business, ids["conversations"]);
        ids["ownerless"] = (await host.NewBusinessAsync()).Tenant.Value;
        var owner = await SignedInAsync("/api/auth/sign-in", async email =>
            await host.Services.GetRequiredService<IAccessSetup>().AddMemberAsync(business.Tenant, email, "Owner", Password, Role.Owner, CancellationToken.None));
        var olga = await SignedInAsync("/api/operator/auth/sign-in", email =>
            host.Services.GetRequiredService<IOperatorAdministration>().AddAsync(email, "Olga", Password, CancellationToken.None));
        var routes = RouteList.Guarded(host)
            .Where(route => (route.IsWrite && route.Endpoint.Metadata.GetMetadata<NotAudited>() is null) || TakesOut(route))
            .OrderByDescending(route => route.Name == "RetrySource").ThenBy(route => Array.IndexOf(Order, route.Name)).ThenBy(route => route.Method == "DELETE").ToList();
        routes.Count.ShouldBeGreaterThan(40);
        var done = new List<(Route Route, long From, long To)>();
        var wrong = new List<string>();
        foreach (var route in routes)
        {
            var caller = route.OperatorPermission is not null ? olga : route.Name == "ChangePassword" ? owner : business.Http;
            var from = await LastEventAsync();
            using var response = await caller.SendAsync(Request(route, ids, business));
            if (!response.IsSuccessStatusCode)
            {
                wrong.Add($"{route} answered {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
            }

            done.Add((route, from, await LastEventAsync()));
        }

        wrong.ShouldBeEmpty();
        await host.AuditedAsync();
        foreach (var (route, from, to) in done)
        {
            var reader = route.OperatorPermission is not null ? Installation : business.Tenant.ToString();
            var kinds = route.OperatorPermission is not null ? "'operator'" : "'member', 'key'";
            var entries = (long)(await ApiHost.AskAsync(
                host.AdminConnection, $"select count(*) from platform.audit where tenant_id = '{reader}' and actor in ({kinds}) and event_id > $1 and event_id <= $2", from, to))!;
            if (entries == 0)
            {
                wrong.Add(route.ToString());
            }
        }

        wrong.ShouldBeEmpty();
    }

    private static HttpRequestMessage Request(Route route, Dictionary<string, Guid> ids, Business business)
    {
        if (route.OperatorPermission is null && route.HasId)
        {
            return Things.Request(route, ids);
        }

        Bodies.ShouldContainKey(route.Name, "Say in Bodies what this route takes, or at the route why it is not audited.");
        var address = route.Address(route.Name == "InviteOwner" ? ids["ownerless"].ToString() : route.HasId ? business.Tenant.ToString() : route.Name is "SetBudget" or "DeleteBudget" ? "tenant.day" : "openai") + (TakesOut(route) ? "?format=csv&from=2020-01-01T00:00:00Z&to=2120-01-01T00:00:00Z" : "");
        var request = new HttpRequestMessage(new HttpMethod(route.Method), address) { Content = Bodies[route.Name]() };
        request.Headers.TryAddWithoutValidation("If-Match", "*");
        return request;
    }

    private static bool TakesOut(Route route) => route.Name.StartsWith("Export", StringComparison.Ordinal);

    /// <summary>A source and a mail that failed, and a delivery of that conversation: things that are sent or tried again.</summary>
    private async Task PrepareAsync(Business business, Guid conversation)
    {
        await business.AskAsync(conversation, "When do you open?");
        foreach (var sql in (string[])
        [
            "update knowledge.sources set state = 'failed' where tenant_id = $1",
            "update platform.mails set state = 3 where tenant_id = $1",
            $"""
            insert into conversations.deliveries (tenant_id, id, conversation_id, message_number, channel_id, kind, state)
            select tenant_id, id, id, 1, channel_id, 'callback', 6 from conversations.conversations where tenant_id = $1 and id = '{conversation}'
            """,
        ])
        {
            await ApiHost.AskAsync(host.AdminConnection, sql, business.Tenant.Value);
        }
    }

    private async Task<long> LastEventAsync() => (long)(await ApiHost.AskAsync(host.AdminConnection, "select coalesce(max(id), 0) from platform.events"))!;

    private async Task<HttpClient> SignedInAsync(string address, Func<string, Task> make)
    {
        var email = $"audit-{Guid.NewGuid():N}@example.com";
        await make(email);
        var client = Business.Client(host, null);
        client.DefaultRequestHeaders.Add("Origin", host.Address.GetLeftPart(UriPartial.Authority));
        using var answer = await client.PostAsJsonAsync(address, new { email, password = Password });
        var me = await answer.Content.ReadFromJsonAsync<JsonElement>();
        client.DefaultRequestHeaders.Add("X-Steward-Antiforgery", me.GetProperty("antiforgeryToken").GetString());
        client.DefaultRequestHeaders.Add("Cookie", answer.Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split(';')[0]));
        return client;
    }
}
