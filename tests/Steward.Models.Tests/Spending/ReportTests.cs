using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Steward.Models.Prices;
using Steward.Models.Spending.Reports;
using Steward.Models.Tests.Gateway;
using Steward.Testing;

namespace Steward.Models.Tests.Spending;

public sealed class ReportTests(PostgresServer server)
{
    private static readonly PriceList Prices = PriceList.Load(null);
    private static readonly DateOnly Day = new(2026, 11, 1);
    private static readonly (DateTimeOffset, DateTimeOffset) Span = (new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero), new(2026, 12, 1, 0, 0, 0, TimeSpan.Zero));
    private static readonly TokenUsage Million = new(1_000_000, Output: 1_000_000);

    [Fact]
    public async Task Spend_is_grouped_by_whatever_it_was_for_in_pages_and_as_a_file_and_the_groups_are_the_total()
    {
        await using var host = await GatewayHost.StartAsync(server);
        foreach (var (model, purpose, service) in new[] { ("gpt-4o-mini", "turn", "chat"), ("gpt-4o", "evaluation", "judge"), ("=cmd|x,y", "gateway", "chat") })
            await host.Models.Chat(host.Database.Tenant, model, new CallPurpose(service, purpose, Guid.NewGuid(), Guid.NewGuid(), ApiKeyId: Guid.NewGuid())).GetResponseAsync([new ChatMessage(ChatRole.User, "Hi")]);
        await host.Ledger.StopAsync(default);
        foreach (var by in SpendReports.Keys.Keys)
        {
            var report = await host.Http.GetFromJsonAsync<JsonElement>($"api/spend?by={by}");
            var groups = report.GetProperty("items").EnumerateArray().ToList();
            groups.Sum(group => group.GetProperty("costUsd").GetDecimal()).ShouldBe(report.GetProperty("total").GetProperty("costUsd").GetDecimal(), by);
            groups.Sum(group => group.GetProperty("calls").GetInt64()).ShouldBe(3, by);
            groups.Count.ShouldBe(by switch { "day" or "month" or "provider" => 1, "service" => 2, _ => 3 }, by);
        }

        var (keys, cursor) = (new List<string>(), "");
        do
        {
            var page = await host.Http.GetFromJsonAsync<JsonElement>($"api/spend?by=model&limit=1&cursor={cursor}");
            keys.Add(page.GetProperty("items")[0].GetProperty("key").GetString()!);
            page.GetProperty("total").GetProperty("unpricedShare").GetDecimal().ShouldBe(0.3333m);
            cursor = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }
        while (cursor is not null);
        keys.ShouldBe(["=cmd|x,y", "gpt-4o", "gpt-4o-mini"]);
        (await host.Http.GetAsync("api/spend?by=day&cursor=nonsense")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);

        var lines = (await host.Http.GetStringAsync("api/spend?by=model&format=csv")).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(5);
        lines[1].ShouldStartWith("\"'=cmd|x,y\",0");
        lines[2..4].Sum(line => decimal.Parse(line.Split(',')[1], CultureInfo.InvariantCulture)).ShouldBe(decimal.Parse(lines[4].Split(',')[1], CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("api/spend?by=mood", "spend.by")]
    [InlineData("api/spend?format=pdf", "spend.format")]
    [InlineData("api/spend?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "spend.range")]
    [InlineData("api/spend/savings?from=2020-01-01T00:00:00Z", "spend.range")]
    [InlineData("api/spend/savings?against=nobody", "spend.against")]
    public async Task A_report_that_cannot_be_made_is_refused_with_a_code(string address, string code)
    {
        await using var host = await GatewayHost.StartAsync(server);
        using var answer = await host.Http.GetAsync(address);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString().ShouldBe(code);
    }

    [Fact]
    public async Task Savings_of_a_tenant_without_calls_are_nothing()
    {
        await using var host = await GatewayHost.StartAsync(server);
        (await host.Http.GetFromJsonAsync<JsonElement>("api/spend/savings")).GetProperty("savedUsd").GetDecimal().ShouldBe(0);
    }

    [Fact]
    public void What_was_saved_is_the_same_tokens_on_the_dearest_model_used_less_what_they_cost()
    {
        var report = Savings.Of(Prices, Span, [Of("gpt-4o-mini", Million, 0.75m), Of("gpt-4o", Million, 12.5m)], null)!;
        report.Against.ShouldBe("openai/gpt-4o");
        (report.ActualUsd, report.BaselineUsd, report.SavedUsd, report.SavedPercent).ShouldBe((13.25m, 25m, 11.75m, 47m));
        report.Models.Select(line => (line.Model, line.BaselineUsd)).ShouldBe([("openai/gpt-4o", 12.5m), ("openai/gpt-4o-mini", 12.5m)]);
        Savings.Of(Prices, Span, [Of("gpt-4o-mini", Million, 0.75m)], ("openai", "gpt-4-turbo"))!.BaselineUsd.ShouldBe(40m);
    }

    [Fact]
    public void Cache_writes_are_input_where_the_other_model_has_no_price_for_them_and_cached_input_keeps_its_own() =>
        Savings.On(Prices, "openai", "gpt-4o", Day, new TokenUsage(0, CachedInput: 1_000_000, CacheWrite5Minutes: 1_000_000, CacheWrite1Hour: 1_000_000)).ShouldBe(1.25m + 2.5m + 2.5m);

    [Fact]
    public void Models_without_a_price_and_built_in_ones_are_left_out_of_both_sides_and_counted()
    {
        var report = Savings.Of(Prices, Span,
            [Of("gpt-4o", Million, 12.5m), Of("my-own-model", Million, 0m) with { Unpriced = true, Calls = 7 }, Of("steward-extractive", Million, 0m) with { Provider = "steward", Calls = 9 }], null)!;
        (report.ActualUsd, report.BaselineUsd, report.LeftOutUnpriced, report.LeftOutBuiltIn, report.Calls).ShouldBe((12.5m, 12.5m, 7, 9, 1));
        Savings.Of(Prices, Span, [Of("gpt-4o", Million, 12.5m)], ("openai", "my-own-model")).ShouldBeNull();
    }

    private static PricedDay Of(string model, TokenUsage usage, decimal usd) => new("openai", model, Day, false, 1, 0, usd, usage);
}
