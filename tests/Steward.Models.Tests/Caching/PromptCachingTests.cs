using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Steward.Models.Tests.Gateway;
using Steward.Simulators;
using Steward.Testing;

namespace Steward.Models.Tests.Caching;

/// <summary>Prefixes that providers keep, over real HTTP before simulators that keep them as the providers do.</summary>
public sealed class PromptCachingTests(PostgresServer server)
{
    private const string Sonnet = "anthropic/claude-sonnet-4-5";
    private static readonly AIFunctionDeclaration Tool = AIFunctionFactory.CreateDeclaration("bring_in_person", "Brings in a person.", JsonElement.Parse("""{"type":"object","properties":{}}"""));

    [Fact]
    public async Task What_was_marked_is_written_once_and_read_afterwards_and_each_kind_has_its_price()
    {
        await using var host = await GatewayHost.StartAsync(server);
        var first = await AskAsync(host, Sonnet, Prompt(1_500, "How much is a bike?"));
        var second = await AskAsync(host, Sonnet, Prompt(1_500, "And a helmet?"));

        var written = first.Usage.CacheWrite5Minutes;
        written.ShouldBeGreaterThan(1_024);
        first.Usage.CachedInput.ShouldBe(0);
        (second.Usage.CachedInput, second.Usage.CacheWrite5Minutes).ShouldBe((written, 0));
        // $3 for a million of input, 1.25 times that to write, a tenth to read, $15 of output.
        first.Cost.Usd.ShouldBe(((first.Usage.Input * 3m) + (written * 3.75m) + (first.Usage.Output * 15m)) / 1_000_000);
        second.Cost.Usd.ShouldBe(((second.Usage.Input * 3m) + (written * 0.30m) + (second.Usage.Output * 15m)) / 1_000_000);
        (first.CacheableTokens, second.CacheableTokens).ShouldBe((written, written));
    }

    [Fact]
    public async Task Each_turn_of_a_conversation_reads_what_the_one_before_wrote_and_writes_only_what_was_added()
    {
        await using var host = await GatewayHost.StartAsync(server);
        var one = await AskAsync(host, Sonnet, Prompt(1_500, "One?"));
        var two = await AskAsync(host, Sonnet, Prompt(1_500, "Two?", ("One?", "First.")));
        var three = await AskAsync(host, Sonnet, Prompt(1_500, "Three?", ("One?", "First."), ("Two?", "Second.")));
        two.Usage.CachedInput.ShouldBe(one.Usage.CacheWrite5Minutes);
        two.Usage.CacheWrite5Minutes.ShouldBeInRange(1, 30);
        three.Usage.CachedInput.ShouldBe(two.Usage.CachedInput + two.Usage.CacheWrite5Minutes);
        three.Usage.CacheWrite5Minutes.ShouldBeInRange(1, 30);
    }

    [Fact]
    public async Task Markers_stand_on_the_stable_system_text_and_on_the_end_of_the_history_and_nowhere_else()
    {
        await using var host = await GatewayHost.StartAsync(server);
        var messages = Prompt(1_500, "Two?", ("One?", "First."));
        messages.Insert(1, new ChatMessage(ChatRole.System, "Changes with every call."));
        await AskAsync(host, Sonnet, messages);
        var body = JsonElement.Parse(host.Simulator.Calls[^1].Body);
        var system = body.GetProperty("system").EnumerateArray().ToList();
        system.Select(block => block.TryGetProperty("cache_control", out _)).ShouldBe([true, false]);
        system[0].GetProperty("cache_control").GetProperty("type").GetString().ShouldBe("ephemeral");
        body.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("content").EnumerateArray().Last().TryGetProperty("cache_control", out _)).ShouldBe([false, true, false]);
        host.Simulator.Calls[^1].Body.Split("cache_control").Length.ShouldBe(3);
    }

    [Theory]
    [InlineData("anthropic/claude-sonnet-4-5", 600)]
    [InlineData("anthropic/claude-haiku-4-5", 2_000)]
    [InlineData("anthropic/claude-3-haiku-20240307", 1_100)]
    [InlineData("anthropic/claude-3-sonnet-20240229", 6_000)]
    public async Task A_prefix_shorter_than_the_model_keeps_carries_no_marker(string model, int words)
    {
        await using var host = await GatewayHost.StartAsync(server);
        var result = await AskAsync(host, model, Prompt(words, "How much is a bike?"));
        host.Simulator.Calls[^1].Body.ShouldNotContain("cache_control");
        result.CacheableTokens.ShouldBeNull();
    }

    [Fact]
    public async Task Of_many_marks_the_last_four_are_sent()
    {
        await using var host = await GatewayHost.StartAsync(server);
        List<ChatMessage> messages = [new ChatMessage(ChatRole.System, Words(1_500)).EndsPrefix()];
        for (var i = 0; i < 6; i++) messages.Add(new ChatMessage(i % 2 == 0 ? ChatRole.User : ChatRole.Assistant, $"Message {i}.").EndsPrefix());
        messages.Add(new(ChatRole.User, "And now?"));
        await AskAsync(host, Sonnet, messages);
        host.Simulator.Calls[^1].Body.Split("cache_control").Length.ShouldBe(5);
    }

    [Fact]
    public async Task Without_marks_nothing_is_marked_and_no_lane_is_named()
    {
        await using var host = await GatewayHost.StartAsync(server);
        ChatMessage[] plain = [new(ChatRole.System, Words(1_500)), new(ChatRole.User, "How much is a bike?")];
        (await AskAsync(host, Sonnet, plain)).Usage.CacheWrite5Minutes.ShouldBe(0);
        host.Simulator.Calls[^1].Body.ShouldNotContain("cache_control");
        host.Simulator.Calls[^1].Body.ShouldNotContain("steward");
        await AskAsync(host, "gpt-4o", plain);
        host.Simulator.Calls[^1].Body.ShouldNotContain("prompt_cache_key");
    }

    [Fact]
    public async Task OpenAi_keeps_prefixes_unasked_in_steps_of_128_and_the_lane_keeps_tenants_apart()
    {
        await using var host = await GatewayHost.StartAsync(server);
        var first = await AskAsync(host, "gpt-4o", Prompt(1_500, "How much is a bike?"), "lane-a");
        var second = await AskAsync(host, "gpt-4o", Prompt(1_500, "And a helmet?"), "lane-a");
        var other = await AskAsync(host, "gpt-4o", Prompt(1_500, "And a helmet?"), "lane-b");
        JsonElement.Parse(host.Simulator.Calls[^1].Body).GetProperty("prompt_cache_key").GetString().ShouldBe("lane-b");
        first.Usage.CachedInput.ShouldBe(0);
        second.Usage.CachedInput.ShouldBeGreaterThanOrEqualTo(1_024);
        (second.Usage.CachedInput % 128).ShouldBe(0);
        other.Usage.CachedInput.ShouldBe(0);
        second.Cost.Usd.ShouldBe(((second.Usage.Input * 2.5m) + (second.Usage.CachedInput * 1.25m) + (second.Usage.Output * 10m)) / 1_000_000);
        // What could have been kept is counted from the request's bytes, so it is known to within a step or two.
        first.CacheableTokens!.Value.ShouldBeInRange(second.Usage.CachedInput - 128, second.Usage.CachedInput + 128);
    }

    [Fact]
    public async Task The_report_tells_hit_rate_and_what_was_saved_net_of_writing()
    {
        await using var host = await GatewayHost.StartAsync(server);
        var results = new List<CallResult>();
        for (var i = 0; i < 10; i++) results.Add(await AskAsync(host, Sonnet, Prompt(1_500, $"Question {i}?")));
        await AskAsync(host, "gpt-4o-mini", [new(ChatRole.User, "Says nothing of what comes again.")]);
        await host.Ledger.StopAsync(default);

        var report = await host.Http.GetFromJsonAsync<JsonElement>("api/spend/caching");
        var prefix = results[0].Usage.CacheWrite5Minutes;
        report.GetProperty("hitRate").GetDouble().ShouldBe(0.9);
        report.GetProperty("cacheableTokens").GetInt64().ShouldBe(10 * prefix);
        report.GetProperty("hitTokens").GetInt64().ShouldBe(9 * prefix);
        report.GetProperty("writtenTokens").GetInt64().ShouldBe(prefix);
        report.GetProperty("discountUsd").GetDecimal().ShouldBe(9 * prefix * 2.7m / 1_000_000);
        report.GetProperty("writeUsd").GetDecimal().ShouldBe(prefix * 0.75m / 1_000_000);
        report.GetProperty("savedUsd").GetDecimal().ShouldBe(((9 * prefix * 2.7m) - (prefix * 0.75m)) / 1_000_000);
        // The same tokens without a cache would have cost just that much more.
        var plain = results.Sum(result => ((result.Usage.TotalInput * 3m) + (result.Usage.Output * 15m)) / 1_000_000);
        (plain - results.Sum(result => result.Cost.Usd)).ShouldBe(report.GetProperty("savedUsd").GetDecimal());
        report.GetProperty("models").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Answers_that_were_given_again_are_counted_beside_both_reports_of_savings()
    {
        await using var host = await GatewayHost.StartAsync(server);
        var session = host.Database.Database.For(host.Database.Tenant);
        host.Spend.AppendReused(session, new ReusedAnswer(Guid.NewGuid(), DateTimeOffset.UtcNow.AddMinutes(-1), Guid.NewGuid(), "gpt-4o", 0.015m, InFlight: false));
        host.Spend.AppendReused(session, new ReusedAnswer(Guid.NewGuid(), DateTimeOffset.UtcNow.AddMinutes(-1), null, "gpt-4o", 0.005m, InFlight: true));
        host.Spend.AppendReused(session, new ReusedAnswer(Guid.NewGuid(), DateTimeOffset.UtcNow.AddDays(-60), null, "gpt-4o", 1m, InFlight: true));
        await session.SendAsync(default);
        foreach (var sum in new[]
        {
            (await host.Http.GetFromJsonAsync<JsonElement>("api/spend/caching")).GetProperty("answers"),
            (await host.Http.GetFromJsonAsync<JsonElement>("api/spend/savings")).GetProperty("reused"),
        })
        {
            (sum.GetProperty("count").GetInt64(), sum.GetProperty("inFlight").GetInt64(), sum.GetProperty("savedUsd").GetDecimal()).ShouldBe((2, 1, 0.02m));
        }
    }

    [Fact]
    public async Task A_tenant_without_calls_has_no_hit_rate()
    {
        await using var host = await GatewayHost.StartAsync(server);
        var report = await host.Http.GetFromJsonAsync<JsonElement>("api/spend/caching");
        (!report.TryGetProperty("hitRate", out var rate) || rate.ValueKind == JsonValueKind.Null).ShouldBeTrue();
        report.GetProperty("savedUsd").GetDecimal().ShouldBe(0);
    }

    private static async Task<CallResult> AskAsync(GatewayHost host, string model, IEnumerable<ChatMessage> messages, string? lane = null)
    {
        var options = new ChatOptions { MaxOutputTokens = 50, Tools = [Tool] };
        if (lane is not null) options.InLane(lane);
        var updates = await host.Models.Chat(host.Database.Tenant, model, new CallPurpose("chat", "turn")).GetStreamingResponseAsync(messages, options).ToListAsync();
        return CallResult.Of(updates[^1])!;
    }

    private static List<ChatMessage> Prompt(int words, string question, params (string Asked, string Said)[] history)
    {
        List<ChatMessage> messages = [new ChatMessage(ChatRole.System, Words(words)).EndsPrefix()];
        foreach (var (asked, said) in history)
        {
            messages.Add(new(ChatRole.User, asked));
            messages.Add(new(ChatRole.Assistant, said));
        }

        messages[^1].EndsPrefix();
        messages.Add(new(ChatRole.User, $"Passages:\n[1] About it\nA passage for {question}\n\n{question}"));
        return messages;
    }

    private static string Words(int count) => string.Join(' ', Enumerable.Range(0, count).Select(i => i % 7 == 0 ? "rent" : "bike"));
}
