using System.Net;
using System.Text;
using System.Text.Json;
using Steward.Models.Calls;
using Steward.Simulators;
using Steward.Testing;

namespace Steward.Models.Tests.Gateway;

/// <summary><c>/v1/messages</c> over real HTTP: passed on to Anthropic's own models, mapped to all others, the same to a client.</summary>
public sealed class MessagesWireTests(PostgresServer server)
{
    private const string Tool = """{"name":"look_up","description":"Looks up.","input_schema":{"type":"object","properties":{"order":{"type":"string"}}}}""";

    public static TheoryData<string> Models => ["claude-haiku-4-5", "gpt-4o-mini", "gemini-2.5-flash"];

    [Theory]
    [MemberData(nameof(Models))]
    public async Task A_whole_answer_has_text_stop_reason_and_usage(string model)
    {
        await using var host = await StartAsync();
        host.Simulator.Script = new Script { Default = Answer.OfText("Helmets are free.") };
        var (status, message) = await PostAsync(host, Body(model, "\"Are helmets free?\""));
        status.ShouldBe(HttpStatusCode.OK, message.GetRawText());
        message.GetProperty("type").GetString().ShouldBe("message");
        message.GetProperty("role").GetString().ShouldBe("assistant");
        message.GetProperty("content")[0].GetProperty("text").GetString().ShouldBe("Helmets are free.");
        message.GetProperty("stop_reason").GetString().ShouldBe("end_turn");
        message.GetProperty("usage").GetProperty("input_tokens").GetInt64().ShouldBeGreaterThan(0);
        message.GetProperty("usage").GetProperty("output_tokens").GetInt64().ShouldBeGreaterThan(0);
        await Eventually.TrueAsync(async () => await RowsAsync(host) == 1);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task A_streamed_answer_is_begun_filled_and_ended(string model)
    {
        await using var host = await StartAsync();
        host.Simulator.Script = new Script { Default = Answer.OfText("Helmets are free of charge.") };
        var events = await StreamAsync(host, Body(model, "\"Are helmets free?\"", ",\"stream\":true"));
        events[0].Name.ShouldBe("message_start");
        events[^1].Name.ShouldBe("message_stop");
        string.Concat(events.Where(e => e.Name == "content_block_delta").Select(e => e.Data.GetProperty("delta").GetProperty("text").GetString())).ShouldBe("Helmets are free of charge.");
        Names(events, "content_block_start").ShouldBe(Names(events, "content_block_stop"));
        var delta = events.Single(e => e.Name == "message_delta").Data;
        delta.GetProperty("delta").GetProperty("stop_reason").GetString().ShouldBe("end_turn");
        delta.GetProperty("usage").GetProperty("output_tokens").GetInt64().ShouldBeGreaterThan(0);
        events.ShouldAllBe(e => e.Data.GetProperty("type").GetString() == e.Name);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task Tools_are_called_and_their_results_read(string model)
    {
        await using var host = await StartAsync();
        host.Simulator.Script = new Script { Default = Answer.OfTools(new ScriptedToolCall("look_up", "{\"order\":\"A-1\"}"), new ScriptedToolCall("look_up", "{\"order\":\"B-2\"}")) };
        var (_, message) = await PostAsync(host, Body(model, "\"Where are they?\"", $",\"tools\":[{Tool}],\"tool_choice\":{{\"type\":\"any\"}}"));
        message.GetProperty("stop_reason").GetString().ShouldBe("tool_use");
        var calls = message.GetProperty("content").EnumerateArray().Where(block => block.GetProperty("type").GetString() == "tool_use").ToList();
        calls.Select(call => call.GetProperty("input").GetProperty("order").GetString()).ShouldBe(["A-1", "B-2"]);

        var streamed = await StreamAsync(host, Body(model, "\"Where are they?\"", $",\"stream\":true,\"tools\":[{Tool}]"));
        string.Concat(streamed.Where(e => e.Name == "content_block_delta" && e.Data.GetProperty("delta").GetProperty("type").GetString() == "input_json_delta")
            .Select(e => e.Data.GetProperty("delta").GetProperty("partial_json").GetString())).ShouldBe("{\"order\":\"A-1\"}{\"order\":\"B-2\"}");

        host.Simulator.Script = new Script { Default = Answer.OfText("Both are on their way.") };
        var results = string.Join(',', calls.Select(call => $$"""{"type":"tool_result","tool_use_id":"{{call.GetProperty("id").GetString()}}","content":[{"type":"text","text":"shipped"}]}"""));
        var body = $$"""{"model":"{{model}}","max_tokens":100,"messages":[{"role":"user","content":"Where are they?"},{"role":"assistant","content":{{message.GetProperty("content").GetRawText()}}},{"role":"user","content":[{{results}}]}],"tools":[{{Tool}}]}""";
        var (status, last) = await PostAsync(host, body);
        status.ShouldBe(HttpStatusCode.OK, last.GetRawText());
        last.GetProperty("content")[0].GetProperty("text").GetString().ShouldBe("Both are on their way.");
        host.Simulator.Calls[^1].Body.ShouldContain("shipped");
    }

    [Fact]
    public async Task What_goes_to_an_anthropic_model_goes_unchanged_but_for_its_name()
    {
        await using var host = await StartAsync();
        const string Marked = """[{"type":"text","text":"Be brief.","cache_control":{"type":"ephemeral"}}]""";
        await PostAsync(host, Body("anthropic/claude-haiku-4-5", "\"x\"", $",\"system\":{Marked},\"metadata\":{{\"user_id\":\"u\"}}"));
        host.Simulator.Calls[^1].Body.ShouldBe(Body("claude-haiku-4-5", "\"x\"", $",\"system\":{Marked},\"metadata\":{{\"user_id\":\"u\"}}"));
    }

    [Fact]
    public async Task A_system_text_reaches_other_models_too()
    {
        await using var host = await StartAsync();
        await PostAsync(host, Body("gpt-4o-mini", """[{"type":"text","text":"What is it?"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}}]""",
            ",\"system\":[{\"type\":\"text\",\"text\":\"Be brief.\"}]"));
        var sent = host.Simulator.Calls[^1].Body;
        sent.ShouldContain("Be brief.");
        sent.ShouldContain("data:image/png;base64,AAAA");
    }

    [Fact]
    public async Task A_virtual_model_is_chosen_and_named()
    {
        await using var host = await StartAsync();
        using var body = new StringContent(Body("simple", "\"Hello\""), Encoding.UTF8, "application/json");
        using var response = await host.Http.PostAsync("v1/messages", body);
        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
        response.Headers.GetValues("Steward-Model").ShouldHaveSingleItem();
    }

    [Fact]
    public async Task An_ensemble_votes()
    {
        await using var host = await GatewayHost.StartAsync(server, Calling.Once, simulator => [("MISTRAL_BASE_URL", simulator.AddressOf("mistral"))]);
        host.Simulator.Script = new Script { Default = Answer.OfText("Helmets are free.") };
        var (status, message) = await PostAsync(host, Body("ensemble", "\"Are helmets free?\""));
        status.ShouldBe(HttpStatusCode.OK, message.GetRawText());
        message.GetProperty("content")[0].GetProperty("text").GetString().ShouldBe("Helmets are free.");
        host.Simulator.CallCount.ShouldBe(3);
        message.GetProperty("usage").GetProperty("output_tokens").GetInt64().ShouldBeGreaterThan(6);
        var events = await StreamAsync(host, Body("ensemble", "\"Are helmets free?\"", ",\"stream\":true"));
        events[^1].Name.ShouldBe("message_stop");
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task A_stream_that_is_held_is_whole_after_a_break(string model)
    {
        await using var host = await GatewayHost.StartAsync(server, new CallLimits { Attempts = 2 }, simulator => [("GEMINI_BASE_URL", simulator.AddressOf("gemini"))]);
        host.HoldsStreams = true;
        host.Simulator.Script = new Script { Default = Answer.OfText("Helmets are free."), Rules = [new Rule { Calls = [1], Fault = Fault.After(300, FaultKind.EndAfterBytes) }] };
        var events = await StreamAsync(host, Body(model, "\"x\"", ",\"stream\":true"));
        events.Count(e => e.Name == "message_start").ShouldBe(1);
        string.Concat(events.Where(e => e.Name == "content_block_delta").Select(e => e.Data.GetProperty("delta").GetProperty("text").GetString())).ShouldBe("Helmets are free.");
        host.Simulator.CallCount.ShouldBe(2);
    }

    [Theory]
    [InlineData("{", 400, "invalid_request_error")]
    [InlineData("""{"model":"gpt-4o-mini","messages":[]}""", 400, "invalid_request_error")]
    [InlineData("""{"model":"gpt-4o-mini","max_tokens":-1,"messages":[]}""", 400, "invalid_request_error")]
    [InlineData("""{"model":"gpt-4o-mini","max_tokens":5,"messages":[{"role":"system","content":"x"}]}""", 400, "invalid_request_error")]
    [InlineData("""{"model":"gpt-4o-mini","max_tokens":5,"messages":[{"role":"user","content":[{"type":"document"}]}]}""", 400, "invalid_request_error")]
    [InlineData("""{"model":"gpt-4o-mini","max_tokens":5,"messages":[{"role":"user","content":"x"}],"tools":[{"type":"web_search_20250305","name":"w"}]}""", 400, "invalid_request_error")]
    [InlineData("""{"model":"gpt-4o-mini","max_tokens":5,"messages":[{"role":"user","content":"x"}],"tools":[{"name":"w","input_schema":{"type":"objekt"}}]}""", 400, "invalid_request_error")]
    [InlineData("""{"model":"cohere/nothing","max_tokens":5,"messages":[{"role":"user","content":"x"}]}""", 404, "not_found_error")]
    public async Task A_request_that_cannot_be_is_told_why_and_costs_nothing(string body, int status, string type)
    {
        await using var host = await StartAsync();
        var (answered, error) = await PostAsync(host, body);
        ((int)answered).ShouldBe(status);
        error.GetProperty("type").GetString().ShouldBe("error");
        error.GetProperty("error").GetProperty("type").GetString().ShouldBe(type);
        error.GetProperty("error").GetProperty("message").GetString().ShouldNotBeNullOrEmpty();
        host.Simulator.Calls.ShouldBeEmpty();
        (await RowsAsync(host)).ShouldBe(0);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task A_stream_that_breaks_ends_with_an_error_event_and_a_lost_connection(string model)
    {
        await using var host = await StartAsync();
        host.Simulator.Script = new Script { Default = Answer.OfLength(40), Rules = [new Rule { Fault = Fault.After(1800, FaultKind.ResetAfterBytes) }] };
        using var body = new StringContent(Body(model, "\"x\"", ",\"stream\":true"), Encoding.UTF8, "application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/messages") { Content = body };
        using var response = await host.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var read = new StringBuilder();
        await Should.ThrowAsync<IOException>(async () =>
        {
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
            while (await reader.ReadLineAsync() is { } line) read.AppendLine(line);
        });
        read.ToString().ShouldContain("event: error");
        read.ToString().ShouldNotContain("message_stop");
    }

    private Task<GatewayHost> StartAsync() => GatewayHost.StartAsync(server, Calling.Once, simulator => [("GEMINI_BASE_URL", simulator.AddressOf("gemini"))]);

    private static string Body(string model, string content, string more = "") =>
        $$"""{"model":"{{model}}","max_tokens":100,"messages":[{"role":"user","content":{{content}}}]{{more}}}""";

    private static async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(GatewayHost host, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await host.Http.PostAsync("v1/messages", content);
        return (response.StatusCode, JsonElement.Parse(await response.Content.ReadAsStringAsync()));
    }

    private static async Task<List<(string Name, JsonElement Data)>> StreamAsync(GatewayHost host, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await host.Http.PostAsync("v1/messages", content);
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        return [.. text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(frame =>
        {
            var lines = frame.Split('\n');
            return (lines[0]["event: ".Length..], JsonElement.Parse(lines[1]["data: ".Length..]));
        })];
    }

    private static List<int> Names(List<(string Name, JsonElement Data)> events, string name) =>
        [.. events.Where(e => e.Name == name).Select(e => e.Data.GetProperty("index").GetInt32())];

    private static async Task<long> RowsAsync(GatewayHost host)
    {
        var spend = JsonElement.Parse(await host.Http.GetStringAsync("api/spend"));
        return spend.GetProperty("total").GetProperty("calls").GetInt64();
    }
}
