using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Steward.Models.Tests.Gateway;
using Steward.Testing;

namespace Steward.Models.Tests.Budgets;

public sealed class BudgetEndpointTests(PostgresServer server)
{
    [Fact]
    public async Task A_budget_is_set_read_changed_and_taken_away_and_defaults_stand_behind()
    {
        await using var host = await GatewayHost.StartAsync(server);
        (await ListAsync(host)).ShouldBe(["service.rerank.month 500 default", "tenant.day 50 default", "tenant.month 500 default"]);
        var (status, first, tag) = await SendAsync(host, HttpMethod.Put, "tenant.day", new { warnUsd = 20, hardUsd = 30.5 }, "\"0\"");
        (status, tag).ShouldBe((HttpStatusCode.OK, "\"1\""));
        first.GetProperty("hardUsd").GetDecimal().ShouldBe(30.5m);
        (await SendAsync(host, HttpMethod.Put, "tenant.day", new { warnUsd = 21 }, "\"0\"")).Status.ShouldBe(HttpStatusCode.PreconditionFailed);
        (await SendAsync(host, HttpMethod.Put, "tenant.day", new { warnUsd = 21 }, null)).Status.ShouldBe(HttpStatusCode.PreconditionRequired);
        (await SendAsync(host, HttpMethod.Put, "service.chat.month", new { soft = false, warnUsd = 7 }, "*")).Status.ShouldBe(HttpStatusCode.OK);
        (await ListAsync(host)).ShouldBe(["service.chat.month 7", "service.rerank.month 500 default", "tenant.day 20", "tenant.month 500 default"]);

        (await SendAsync(host, HttpMethod.Delete, "tenant.day", null, "\"1\"")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await SendAsync(host, HttpMethod.Delete, "tenant.day", null, "*")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await SendAsync(host, HttpMethod.Delete, "service.chat.month", null, "*")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await ListAsync(host)).ShouldBe(["service.rerank.month 500 default", "tenant.day 50 default", "tenant.month 500 default"]);
        (await SendAsync(host, HttpMethod.Put, "tenant.day", new { warnUsd = 9 }, "\"1\"")).Status.ShouldBe(HttpStatusCode.PreconditionFailed, "a version is never given twice");
        (await host.Database.AskAsync("select count(*) from platform.events where name = 'settings.changed' and body ->> 'kind' = 'budget'")).ShouldBe(4L);
    }

    [Theory]
    [InlineData("tenant.week", "{}", 404, "budgets.name")]
    [InlineData("assistant.nobody.day", "{}", 404, "budgets.name")]
    [InlineData("service.cooking.day", "{}", 404, "budgets.name")]
    [InlineData("tenant.day", """{"warnUsd":0}""", 400, "budgets.amount")]
    [InlineData("tenant.day", """{"hardUsd":-1}""", 400, "budgets.amount")]
    [InlineData("tenant.day", """{"hardUsd":1000001}""", 400, "budgets.amount")]
    [InlineData("tenant.day", """{"hardUsd":0.0000001}""", 400, "budgets.amount")]
    public async Task A_budget_that_cannot_be_is_refused_with_a_code(string name, string body, int status, string code)
    {
        await using var host = await GatewayHost.StartAsync(server);
        var answer = await SendAsync(host, HttpMethod.Put, name, JsonSerializer.Deserialize<JsonElement>(body), "*");
        ((int)answer.Status, answer.Body.GetProperty("code").GetString()).ShouldBe((status, code));
        (await host.Database.AskAsync("select count(*) from models.budgets")).ShouldBe(0L);
    }

    [Fact]
    public async Task A_spent_soft_budget_says_cheaper_and_a_used_up_hard_one_exhausted()
    {
        await using var host = await GatewayHost.StartAsync(server);
        await SendAsync(host, HttpMethod.Put, "tenant.day", new { warnUsd = 0.000001 }, "*");
        await host.Models.Chat(host.Database.Tenant, "gpt-4o-mini", Calling.Purpose).GetResponseAsync([new(Microsoft.Extensions.AI.ChatRole.User, "Hi")]);
        // Calls of before a budget was counted are summed from their rows.
        while ((await host.Database.AskAsync("select count(*) from models.spend")) is 0L) await Task.Delay(5);
        await host.Database.AskAsync("select models.recount_budgets()");
        (await SendAsync(host, HttpMethod.Get, "tenant.day", null, null)).Body.GetProperty("verdict").GetString().ShouldBe("cheaper");
        var stands = (await SendAsync(host, HttpMethod.Put, "tenant.day", new { hardUsd = 0.000001 }, "*")).Body;
        stands.GetProperty("period").GetProperty("spentUsd").GetDecimal().ShouldBeGreaterThan(0.000001m);
        stands.GetProperty("period").GetProperty("usedPercent").GetDecimal().ShouldBeGreaterThan(100);
        await Should.ThrowAsync<ModelFailedException>(() => host.Models.Chat(host.Database.Tenant, "gpt-4o-mini", Calling.Purpose).GetResponseAsync([new(Microsoft.Extensions.AI.ChatRole.User, "Hi")]));
        (await SendAsync(host, HttpMethod.Get, "tenant.day", null, null)).Body.GetProperty("verdict").GetString().ShouldBe("exhausted");
    }

    private static async Task<string[]> ListAsync(GatewayHost host) =>
    [
        .. (await host.Http.GetFromJsonAsync<JsonElement>("api/budgets")).GetProperty("items").EnumerateArray()
            .Select(item => $"{item.GetProperty("name")} {item.GetProperty("warnUsd").GetDecimal():0.##}{(item.GetProperty("default").GetBoolean() ? " default" : "")}"),
    ];

    private static async Task<(HttpStatusCode Status, JsonElement Body, string? Tag)> SendAsync(GatewayHost host, HttpMethod method, string name, object? body, string? match)
    {
        using var request = new HttpRequestMessage(method, $"api/budgets/{name}") { Content = body is null ? null : JsonContent.Create(body) };
        if (match is not null) request.Headers.TryAddWithoutValidation("If-Match", match);
        using var answer = await host.Http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text), answer.Headers.ETag?.ToString());
    }
}
