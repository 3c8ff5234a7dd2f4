using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Steward.Models.Calls;
using Steward.Models.Tests.Gateway;
using Steward.Simulators;
using Steward.Testing;

namespace Steward.Models.Tests.Ensemble;

/// <summary>Three members behind real HTTP: gpt-4o, claude and mistral-large, each scripted by its name.</summary>
public sealed class EnsembleGatewayTests(PostgresServer server)
{
    private const string Open = "We are open from 9 to 18 on weekdays.";
    private const string OpenToo = "We are open on weekdays from 9 to 18.";
    private const string Closed = "Penguins live in Antarctica.";

    [Fact]
    public async Task All_members_get_the_whole_prompt_and_the_answer_closest_to_the_others_is_given()
    {
        await using var host = await StartAsync(("gpt-4o", Closed), ("claude", Open), ("mistral", OpenToo));
        var answer = await AskAsync(host, new[] { Message("system", "Be brief."), Message("user", "Hello"), Message("assistant", "Hi!"), Message("user", "When are you open?") });
        var body = await BodyAsync(answer);

        body.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString().ShouldBe(Open);
        body.GetProperty("model").GetString().ShouldBe("anthropic/claude-3-5-sonnet-latest");
        Header(answer, "Steward-Tier").ShouldBe("ensemble");
        Header(answer, "Steward-Model").ShouldBe("anthropic/claude-3-5-sonnet-latest");
        Header(answer, "Steward-Votes").ShouldBe("openai/gpt-4o=voted, anthropic/claude-3-5-sonnet-latest=won, mistral/mistral-large-latest=voted");
        double.Parse(Header(answer, "Steward-Agreement")!, System.Globalization.CultureInfo.InvariantCulture).ShouldBeInRange(0.1, 0.9);
        host.Simulator.Calls.Select(call => call.Model).Order().ShouldBe(["claude-3-5-sonnet-latest", "gpt-4o", "mistral-large-latest"]);
        foreach (var call in host.Simulator.Calls)
            foreach (var said in (string[])["Be brief.", "Hello", "Hi!", "When are you open?"]) call.Body.ShouldContain(said);

        await host.StopAsync();
        (await host.Database.AskAsync("select count(*) from models.spend where state = 'complete' and purpose = 'gateway' and service = 'chat'")).ShouldBe(3L, "each call is a row of its own");
        var used = body.GetProperty("usage");
        (await host.Database.AskAsync("select sum(input_tokens + output_tokens)::bigint from models.spend")).ShouldBe(used.GetProperty("total_tokens").GetInt64(), "the answer says what all of them used");
    }

    [Fact]
    public async Task A_stream_is_the_replay_of_the_vote()
    {
        await using var host = await StartAsync(("gpt-4o", Open), ("claude", Closed), ("mistral", OpenToo));
        var answer = await AskAsync(host, [Message("user", "When are you open?")], stream: true);
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        text.ShouldContain(Open);
        text.ShouldNotContain("Penguins");
        text.ShouldContain("\"finish_reason\":\"stop\"");
        text.TrimEnd().ShouldEndWith("data: [DONE]");
        Header(answer, "Steward-Votes").ShouldEndWith("mistral/mistral-large-latest=voted");
    }

    [Fact]
    public async Task A_failed_member_is_left_out_and_two_vote()
    {
        await using var host = await StartAsync(("gpt-4o", Open), ("mistral", OpenToo));
        Fail(host, "claude");
        var answer = await AskAsync(host, [Message("user", "When are you open?")]);
        (await BodyAsync(answer)).GetProperty("model").GetString().ShouldBe("openai/gpt-4o", "of two the first");
        Header(answer, "Steward-Votes").ShouldBe("openai/gpt-4o=won, anthropic/claude-3-5-sonnet-latest=failed, mistral/mistral-large-latest=voted");
        Header(answer, "Steward-Agreement").ShouldNotBeNull();
    }

    [Fact]
    public async Task One_survivor_answers_alone_and_nobody_knows_whether_the_others_would_have_agreed()
    {
        await using var host = await StartAsync(("mistral", Open));
        Fail(host, "claude", "gpt-4o");
        using var client = host.Models.Chat(host.Database.Tenant, "ensemble", Calling.Purpose);
        var answer = await client.GetResponseAsync("When are you open?");
        answer.Text.ShouldBe(Open);
        var vote = EnsembleVote.Of(answer).ShouldNotBeNull();
        (vote.Winner, vote.Agreement, vote.Cosine, vote.Embedder, vote.Divided).ShouldBe(("mistral/mistral-large-latest", null, null, null, false));
        vote.Votes.Select(one => (one.Outcome, one.Failure)).ShouldBe([(VoteOutcome.Failed, "overloaded"), (VoteOutcome.Failed, "overloaded"), (VoteOutcome.Won, null)]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Where_no_member_answers_the_failure_is_said_and_no_other_model_is_asked(bool stream)
    {
        await using var host = await StartAsync();
        Fail(host, "");
        var answer = await AskAsync(host, [Message("user", "When are you open?")], stream);
        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        var error = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error");
        error.GetProperty("code").GetString().ShouldBe("overloaded");
        error.GetProperty("message").GetString()!.ShouldStartWith("No member of the ensemble answered");
        host.Simulator.CallCount.ShouldBe(3);
    }

    [Fact]
    public async Task A_late_member_is_cancelled_at_the_deadline_and_what_it_cost_is_spend()
    {
        await using var host = await StartAsync(("gpt-4o", Open), ("claude", OpenToo));
        await SetAsync(host, """{"ensemble":{"deadlineSeconds":1}}""");
        host.Simulator.Use([.. host.Simulator.Script.Rules, new Rule { When = new Match { Model = "mistral" }, Fault = new Fault { Kind = FaultKind.SlowHeaders, StallMs = 60_000 } }]);
        var heard = new List<CallResult>();
        using var client = host.Models.Chat(host.Database.Tenant, "ensemble", Calling.Purpose with { OnResult = heard.Add });
        var answer = await client.GetResponseAsync("When are you open?");
        answer.Text.ShouldBe(Open);
        var vote = EnsembleVote.Of(answer)!;
        vote.Votes.Select(one => one.Outcome).ShouldBe([VoteOutcome.Won, VoteOutcome.Voted, VoteOutcome.Late]);
        (vote.Votes[2].Similarity, vote.Votes[2].PromptTokens > 0).ShouldBe((null, true));
        heard.Select(result => result.Outcome).Order().ShouldBe([CallOutcome.Complete, CallOutcome.Complete, CallOutcome.Cancelled]);
        await host.StopAsync();
        (await host.Database.AskAsync("select estimated and cost_usd > 0 from models.spend where state = 'cancelled' and model = 'mistral-large-latest'")).ShouldBe(true);
    }

    [Fact]
    public async Task Where_nobody_has_answered_by_the_deadline_the_first_that_does_answers_alone()
    {
        await using var host = await StartAsync();
        await SetAsync(host, """{"ensemble":{"deadlineSeconds":1}}""");
        host.Simulator.Use(
            new Rule { When = new Match { Model = "gpt-4o" }, Answer = Answer.OfText(Open), Fault = new Fault { Kind = FaultKind.SlowHeaders, StallMs = 1_500 } },
            new Rule { Fault = new Fault { Kind = FaultKind.SlowHeaders, StallMs = 60_000 } });
        using var client = host.Models.Chat(host.Database.Tenant, "ensemble", Calling.Purpose);
        EnsembleVote.Of(await client.GetResponseAsync("When are you open?"))!.Votes.Select(one => one.Outcome).ShouldBe([VoteOutcome.Won, VoteOutcome.Late, VoteOutcome.Late]);
    }

    [Fact]
    public async Task Who_stops_waiting_cancels_all_members()
    {
        await using var host = await StartAsync();
        host.Simulator.Use(new Rule { Fault = new Fault { Kind = FaultKind.SlowHeaders, StallMs = 60_000 } });
        var heard = new List<CallResult>();
        using var gone = new CancellationTokenSource();
        using var client = host.Models.Chat(host.Database.Tenant, "ensemble", Calling.Purpose with { OnResult = heard.Add });
        var asking = client.GetResponseAsync("When are you open?", cancellationToken: gone.Token);
        while (host.Simulator.Calls.Count < 3) await Task.Delay(5);
        await gone.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => asking);
        heard.Select(result => result.Outcome).ShouldBe([CallOutcome.Cancelled, CallOutcome.Cancelled, CallOutcome.Cancelled]);
    }

    [Fact]
    public async Task A_request_with_tools_goes_to_one_model_that_calls_them_and_the_answer_says_why()
    {
        await using var host = await StartAsync(("gpt-4o", Open));
        var tools = new[] { new { type = "function", function = new { name = "book", parameters = new { type = "object", properties = new { } } } } };
        var answer = await host.Http.PostAsJsonAsync("/v1/chat/completions", new { model = "ensemble", tools, messages = new[] { Message("user", "Book it") } });
        (await BodyAsync(answer)).GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString().ShouldBe(Open);
        Header(answer, "Steward-Votes").ShouldBe("none; reason=tools");
        Header(answer, "Steward-Model").ShouldBe("openai/gpt-4o");
        host.Simulator.Calls.ShouldHaveSingleItem().Model.ShouldBe("gpt-4o");
    }

    [Fact]
    public async Task Wishes_that_nobody_executes_are_offered_to_all_members_and_are_voted_on_like_words()
    {
        await using var host = await StartAsync(("gpt-4o", Open));
        host.Simulator.Use(
            new Rule { When = new Match { Model = "gpt-4o" }, Answer = Answer.OfText(Open) },
            new Rule { Answer = Answer.OfTools(new ScriptedToolCall("bring_in_person", """{"reason":"unknown"}""")) });
        var options = EnsembleVote.ToolsAreWishes(new ChatOptions { Tools = [AIFunctionFactory.CreateDeclaration("bring_in_person", "Bring in a person.", JsonElement.Parse("""{"type":"object","properties":{"reason":{"type":"string"}}}"""))] });
        using var client = host.Models.Chat(host.Database.Tenant, "ensemble", Calling.Purpose);
        var answer = await client.GetResponseAsync("When are you open?", options);
        EnsembleVote.Of(answer)!.Winner.ShouldBe("anthropic/claude-3-5-sonnet-latest");
        answer.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().ShouldHaveSingleItem().Name.ShouldBe("bring_in_person");
    }

    [Fact]
    public async Task More_than_one_choice_is_refused_and_nothing_is_spent()
    {
        await using var host = await StartAsync();
        var answer = await host.Http.PostAsJsonAsync("/v1/chat/completions", new { model = "ensemble", n = 2, messages = new[] { Message("user", "Hi") } });
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        host.Simulator.CallCount.ShouldBe(0);
    }

    [Fact]
    public async Task A_hard_budget_with_room_for_one_member_only_lets_one_answer_and_is_not_passed()
    {
        await using var host = await StartAsync(("", Open));
        // 100 tokens of the longest answer: $0.001 at gpt-4o, $0.0015 at claude, $0.0006 at mistral-large; some for the prompt.
        (await host.Http.PutIfMatchAsync("/api/budgets/tenant.day", """{"hardUsd":0.0035}""")).EnsureSuccessStatusCode();
        var answer = await host.Http.PostAsJsonAsync("/v1/chat/completions", new { model = "ensemble", max_tokens = 100, messages = new[] { Message("user", "Hi") } });
        (await BodyAsync(answer)).GetProperty("model").GetString().ShouldBe("openai/gpt-4o");
        Header(answer, "Steward-Votes").ShouldBe("openai/gpt-4o=won, anthropic/claude-3-5-sonnet-latest=failed, mistral/mistral-large-latest=failed");
        host.Simulator.Calls.ShouldHaveSingleItem().Model.ShouldBe("gpt-4o");
    }

    [Fact]
    public async Task A_spent_soft_budget_makes_one_model_of_it()
    {
        await using var host = await StartAsync(("", Open));
        (await host.Http.PutIfMatchAsync("/api/budgets/tenant.day", """{"warnUsd":0.000001}""")).EnsureSuccessStatusCode();
        using var client = host.Models.Chat(host.Database.Tenant, "gpt-4o-mini", Calling.Purpose);
        await client.GetResponseAsync("Hi");
        // Calls of before a budget was counted are summed from their rows.
        while ((await host.Database.AskAsync("select count(*) from models.spend")) is 0L) await Task.Delay(5);
        await host.Database.AskAsync("select models.recount_budgets()");
        await host.Http.GetAsync("/api/budgets/tenant.day");
        var answer = await AskAsync(host, [Message("user", "When are you open?")]);
        Header(answer, "Steward-Tier").ShouldBe("complex");
        host.Simulator.Calls.Select(call => call.Model).ShouldBe(["gpt-4o-mini", "gpt-4o"]);
    }

    [Fact]
    public async Task It_is_listed_and_what_a_turn_costs_is_said_before_it_is_switched_on()
    {
        await using var host = await StartAsync();
        var list = await host.Http.GetFromJsonAsync<JsonElement>("/v1/models");
        list.GetProperty("data").EnumerateArray().Select(model => model.GetProperty("id").GetString()).ShouldContain("ensemble");
        var routing = await host.Http.GetFromJsonAsync<JsonElement>("/api/models/routing");
        routing.GetProperty("basis").GetProperty("source").GetString().ShouldBe("assumed");
        var row = routing.GetProperty("tiers").EnumerateArray().Single(tier => tier.GetProperty("name").GetString() == "ensemble");
        row.GetProperty("model").GetString().ShouldBe("ensemble");
        row.GetProperty("members").EnumerateArray().Select(member => member.GetString()).ShouldBe(["openai/gpt-4o", "anthropic/claude-3-5-sonnet-latest", "mistral/mistral-large-latest"]);
        // 1,400 and 150 tokens at $2.50 and $10, at $3 and $15, and at $2 and $6 a million (prices.json).
        var expected = Usd(2.5m, 10) + Usd(3, 15) + Usd(2, 6);
        row.GetProperty("expectedUsd").GetDecimal().ShouldBe(expected);

        using var client = host.Models.Chat(host.Database.Tenant, "gpt-4o", Calling.Purpose);
        host.Simulator.Script = new Script { Default = Answer.OfText("Yes.") };
        for (var i = 0; i < 20; i++) await client.GetResponseAsync("When are you open?");
        await host.Ledger.StopAsync(default);
        var basis = (await host.Http.GetFromJsonAsync<JsonElement>("/api/models/routing")).GetProperty("basis");
        (basis.GetProperty("source").GetString(), basis.GetProperty("calls").GetInt64()).ShouldBe(("recorded", 20));
        basis.GetProperty("promptTokens").GetInt64().ShouldBeInRange(1, 100);

        static decimal Usd(decimal input, decimal output) => ((1_400 * input) + (150 * output)) / 1_000_000;
    }

    private async Task<GatewayHost> StartAsync(params (string Model, string Text)[] answers)
    {
        var host = await GatewayHost.StartAsync(server, new CallLimits { Attempts = 1 }, simulator => [("MISTRAL_BASE_URL", simulator.AddressOf("mistral"))]);
        host.Simulator.Use([.. answers.Select(one => new Rule { When = new Match { Model = one.Model }, Answer = Answer.OfText(one.Text) })]);
        return host;
    }

    private static void Fail(GatewayHost host, params string[] models) => host.Simulator.Use(
        [.. models.Select(model => new Rule { When = new Match { Model = model }, Fault = Fault.OfStatus(503) }), .. host.Simulator.Script.Rules]);

    private static async Task SetAsync(GatewayHost host, string settings) => (await host.Http.PutIfMatchAsync("/api/models/routing", settings)).EnsureSuccessStatusCode();

    private static object Message(string role, string content) => new { role, content };

    private static Task<HttpResponseMessage> AskAsync(GatewayHost host, object[] messages, bool stream = false) =>
        host.Http.PostAsJsonAsync("/v1/chat/completions", new { model = "ensemble", stream, messages });

    private static async Task<JsonElement> BodyAsync(HttpResponseMessage answer)
    {
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static string? Header(HttpResponseMessage answer, string name) => answer.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;
}

internal static class IfMatchAny
{
    public static async Task<HttpResponseMessage> PutIfMatchAsync(this HttpClient http, string address, string json)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, address) { Content = new StringContent(json, System.Text.Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation("If-Match", "*");
        return await http.SendAsync(request);
    }
}
