using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Steward.Models.Calls;
using Steward.Simulators;
using Steward.Testing;

namespace Steward.Models.Tests.Gateway;

/// <summary>Who answers when a model fails, over real HTTP.</summary>
public sealed class FallbackTests(PostgresServer server)
{
    private const string Said = "Helmets are free of charge for every rider.";
    private static readonly string[] Claude = ["claude-haiku-4-5"];

    [Theory]
    [InlineData(false, null)]
    [InlineData(true, "live")]
    [InlineData(true, "complete")]
    public async Task A_model_that_was_named_gives_way_only_to_what_is_set_for_it_and_the_answer_says_to_whom(bool stream, string? mode)
    {
        await using var host = await GatewayHost.StartAsync(server, attempts: 1);
        host.Simulator.Script = Failing("gpt-4o-mini", Fault.OfStatus(503));
        using (var alone = await AskAsync(host, "gpt-4o-mini", stream, mode))
        {
            alone.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            alone.Headers.Contains("Steward-Model").ShouldBeFalse();
        }

        await SetAsync(host, new { fallbacks = new Dictionary<string, string[]> { ["gpt-4o-mini"] = Claude } });
        using var answer = await AskAsync(host, "openai/gpt-4o-mini", stream, mode);
        var body = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, body);
        answer.Headers.GetValues("Steward-Model").ShouldBe(Claude);
        body.ShouldContain("\"claude-haiku-4-5\"");
        Text(body, stream).ShouldBe(Said);
        host.Simulator.Calls.Select(call => call.Model).ShouldBe(["gpt-4o-mini", "gpt-4o-mini", "claude-haiku-4-5"]);
    }

    [Theory]
    [InlineData("gpt-4o-mini", "claude-haiku-4-5")]
    [InlineData("claude-haiku-4-5", "gpt-4o-mini")]
    [InlineData("gemini-2.5-flash", "gpt-4o-mini")]
    [InlineData("gpt-4o-mini", "gemini-2.5-flash")]
    public async Task An_answer_that_is_held_comes_whole_from_the_next_model_wherever_the_first_broke(string first, string next)
    {
        await using var host = await StartAsync();
        await SetAsync(host, new { fallbacks = new Dictionary<string, string[]> { [first] = [next] } });
        foreach (var kind in (FaultKind[])[FaultKind.ResetAfterBytes, FaultKind.CloseAfterBytes, FaultKind.EndAfterBytes])
        {
            for (var at = 0; at < 1200; at += 190)
            {
                host.Simulator.Script = Failing(first, Fault.After(at, kind));
                using var answer = await AskAsync(host, first, stream: true, "complete");
                var body = await answer.Content.ReadAsStringAsync();
                Text(body, stream: true).ShouldBe(Said, $"{kind} at {at}: {body}");
                body.ShouldEndWith("data: [DONE]\n\n");
            }
        }
    }

    [Fact]
    public async Task An_answer_that_is_held_is_asked_for_again_where_no_other_model_is_set()
    {
        await using var host = await GatewayHost.StartAsync(server);
        foreach (var model in (string[])["gpt-4o-mini", "claude-haiku-4-5"])
        {
            host.Simulator.Script = new Script { Default = Answer.OfText(Said), Rules = [new Rule { Calls = [1], Fault = Fault.After(900, FaultKind.ResetAfterBytes) }] };
            using var answer = await AskAsync(host, model, stream: true, "complete");
            Text(await answer.Content.ReadAsStringAsync(), stream: true).ShouldBe(Said);
            host.Simulator.Calls.Count(call => call.Model == model).ShouldBe(2);
        }
    }

    [Theory]
    [InlineData(RefusalReason.ContentFilter, false, "claude-haiku-4-5", 400, "content_filter")]
    [InlineData(RefusalReason.ContentFilter, true, "claude-haiku-4-5", 200, null)]
    [InlineData(RefusalReason.ContextLength, false, "gpt-4", 400, "context_length_exceeded")]
    [InlineData(RefusalReason.ContextLength, false, "claude-haiku-4-5", 200, null)]
    [InlineData(RefusalReason.Quota, false, "claude-haiku-4-5", 200, null)]
    public async Task Who_may_take_over_depends_on_what_was_the_matter(RefusalReason reason, bool afterFilter, string next, int status, string? code)
    {
        await using var host = await GatewayHost.StartAsync(server, attempts: 1);
        await SetAsync(host, new { fallbacks = new Dictionary<string, string[]> { ["gpt-4o-mini"] = [next] }, fallbackAfterFilter = afterFilter });
        host.Simulator.Script = Failing("gpt-4o-mini", Fault.OfReason(reason));
        foreach (var (stream, mode) in new[] { (false, default(string)), (true, "live"), (true, "complete") })
        {
            using var answer = await AskAsync(host, "gpt-4o-mini", stream, mode);
            var body = await answer.Content.ReadAsStringAsync();
            ((int)answer.StatusCode).ShouldBe(status, body);
            if (code is not null) JsonDocument.Parse(body).RootElement.GetProperty("error").GetProperty("code").GetString().ShouldBe(code);
            else Text(body, stream).ShouldBe(Said);
        }
    }

    [Fact]
    public async Task A_request_that_is_wrong_is_refused_once_with_the_words_of_the_provider()
    {
        await using var host = await GatewayHost.StartAsync(server);
        await SetAsync(host, new { fallbacks = new Dictionary<string, string[]> { ["gpt-4o-mini"] = Claude } });
        host.Simulator.Script = Failing("gpt-4o-mini", Fault.OfStatus(400));
        using var answer = await AskAsync(host, "gpt-4o-mini", stream: true, "complete");
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        answer.Headers.Contains("Steward-Model").ShouldBeFalse();
        host.Simulator.CallCount.ShouldBe(1);
    }

    [Fact]
    public async Task A_name_that_stands_for_a_choice_is_answered_by_a_cheaper_tier_where_a_budget_asks_to_save()
    {
        await using var host = await GatewayHost.StartAsync(server);
        host.Simulator.Script = new Script { Default = Answer.OfText(Said) };
        using (var free = await AskAsync(host, "complex", stream: false, null)) free.Headers.GetValues("Steward-Tier").ShouldBe(["complex"]);
        using var request = new HttpRequestMessage(HttpMethod.Put, "api/budgets/tenant.day") { Content = JsonContent.Create(new { warnUsd = 0.000001, soft = true }) };
        request.Headers.TryAddWithoutValidation("If-Match", "*");
        using (var put = await host.Http.SendAsync(request)) put.StatusCode.ShouldBe(HttpStatusCode.OK, await put.Content.ReadAsStringAsync());
        await Eventually.TrueAsync(async () =>
        {
            // Calls of before a budget was counted are summed from their rows.
            await host.Database.AskAsync("select models.recount_budgets()");
            using var verdict = await host.Http.GetAsync("api/budgets/tenant.day");
            using var saved = await AskAsync(host, "complex", stream: false, null);
            return saved.Headers.GetValues("Steward-Tier").Single() == "standard";
        });
    }

    [Fact]
    public async Task Usage_is_replayed_for_who_asked_for_it()
    {
        await using var host = await GatewayHost.StartAsync(server);
        host.Simulator.Script = new Script { Default = Answer.OfText(Said) };
        foreach (var model in (string[])["gpt-4o-mini", "claude-haiku-4-5"])
        {
            using var silent = await AskAsync(host, model, stream: true, "complete");
            (await silent.Content.ReadAsStringAsync()).ShouldNotContain("prompt_tokens");
            using var told = await AskAsync(host, model, stream: true, "complete", usage: true);
            (await told.Content.ReadAsStringAsync()).ShouldContain("prompt_tokens");
        }
    }

    [Fact]
    public async Task A_mode_that_is_none_is_refused_and_costs_nothing()
    {
        await using var host = await GatewayHost.StartAsync(server);
        using var answer = await AskAsync(host, "gpt-4o-mini", stream: true, "whole");
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error").GetProperty("message").GetString()!.ShouldContain("Steward-Stream");
        host.Simulator.CallCount.ShouldBe(0);
    }

    [Fact]
    public async Task A_key_decides_where_the_request_does_not()
    {
        await using var host = await GatewayHost.StartAsync(server, attempts: 2);
        host.HoldsStreams = true;
        foreach (var (mode, calls) in new[] { (default(string), 2), ("live", 1), ("complete", 2) })
        {
            host.Simulator.Reset();
            host.Simulator.Script = new Script { Default = Answer.OfText(Said), Rules = [new Rule { Calls = [1], Fault = Fault.After(900, FaultKind.EndAfterBytes) }] };
            using var answer = await AskAsync(host, "gpt-4o-mini", stream: true, mode);
            host.Simulator.CallCount.ShouldBe(calls);
            answer.Headers.Contains("Steward-Stream").ShouldBe(mode != "live");
        }
    }

    [Theory]
    [InlineData("{\"fallbacks\":{\"auto\":[\"gpt-4o\"]}}")]
    [InlineData("{\"fallbacks\":{\"gpt-4o\":[\"auto\"]}}")]
    [InlineData("{\"fallbacks\":{\"gpt-4o\":[\"gpt-4o\"]}}")]
    [InlineData("{\"fallbacks\":{\"gpt-4o\":[]}}")]
    [InlineData("{\"fallbacks\":null}")]
    public async Task Fallbacks_that_cannot_be_are_refused(string settings)
    {
        await using var host = await GatewayHost.StartAsync(server);
        using var put = await PutAsync(host, settings);
        put.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await put.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString().ShouldBe("routing.invalid");
    }

    private Task<GatewayHost> StartAsync() => GatewayHost.StartAsync(server, new CallLimits { Attempts = 1 }, simulator => [("GEMINI_BASE_URL", simulator.AddressOf("gemini"))]);

    private static Script Failing(string model, Fault fault) =>
        new() { Default = Answer.OfText(Said), Rules = [new Rule { When = new Match { Model = model }, Fault = fault }] };

    private static async Task SetAsync(GatewayHost host, object settings)
    {
        using var put = await PutAsync(host, JsonSerializer.Serialize(settings));
        put.StatusCode.ShouldBe(HttpStatusCode.OK, await put.Content.ReadAsStringAsync());
    }

    private static async Task<HttpResponseMessage> PutAsync(GatewayHost host, string settings)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "api/models/routing") { Content = new StringContent(settings, Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation("If-Match", "*");
        return await host.Http.SendAsync(request);
    }

    private static async Task<HttpResponseMessage> AskAsync(GatewayHost host, string model, bool stream, string? mode, bool usage = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/chat/completions")
        {
            Content = JsonContent.Create(new { model, stream, stream_options = usage ? new { include_usage = true } : null, messages = new[] { new { role = "user", content = "Are helmets free?" } } }),
        };
        if (mode is not null) request.Headers.Add("Steward-Stream", mode);
        return await host.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private static string Text(string body, bool stream) => stream
        ? string.Concat(body.Split('\n').Where(line => line.StartsWith("data: {", StringComparison.Ordinal))
            .Select(line => JsonDocument.Parse(line[6..]).RootElement.GetProperty("choices").EnumerateArray()
                .Select(choice => choice.GetProperty("delta").TryGetProperty("content", out var content) ? content.GetString() : "").FirstOrDefault()))
        : JsonDocument.Parse(body).RootElement.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!;
}
