using System.ClientModel;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using OpenAI;
using OpenAI.Chat;
using Steward.Simulators;
using Steward.Testing;

namespace Steward.Models.Tests.Gateway;

public sealed class OpenAiWireTests(PostgresServer server)
{
    [Theory]
    [InlineData("gpt-4o-mini")]
    [InlineData("claude-haiku-4-5")]
    public async Task The_official_client_streams_and_asks(string model)
    {
        await using var host = await GatewayHost.StartAsync(server);
        host.Simulator.Script = new Script { Default = Answer.OfText("Helmets are free.") };
        var client = Client(host, model);
        var whole = (await client.CompleteChatAsync("Are helmets free?")).Value;
        whole.Content[0].Text.ShouldBe("Helmets are free.");
        whole.Usage.OutputTokenCount.ShouldBeGreaterThan(0);

        var text = new StringBuilder();
        ChatFinishReason? finish = null;
        await foreach (var update in client.CompleteChatStreamingAsync("Are helmets free?"))
        {
            foreach (var part in update.ContentUpdate) text.Append(part.Text);
            finish ??= update.FinishReason;
        }

        text.ToString().ShouldBe("Helmets are free.");
        finish.ShouldBe(ChatFinishReason.Stop);
    }

    [Theory]
    [InlineData("gpt-4o-mini")]
    [InlineData("claude-haiku-4-5")]
    public async Task The_official_client_calls_tools(string model)
    {
        await using var host = await GatewayHost.StartAsync(server);
        host.Simulator.Script = new Script { Default = Answer.OfTools(new ScriptedToolCall("look_up", "{\"order\":\"A-1\"}")) };
        var options = new ChatCompletionOptions { Tools = { ChatTool.CreateFunctionTool("look_up", "Looks up.", BinaryData.FromString("{\"type\":\"object\"}")) } };
        var completion = (await Client(host, model).CompleteChatAsync([new UserChatMessage("Where is A-1?")], options)).Value;
        completion.FinishReason.ShouldBe(ChatFinishReason.ToolCalls);
        completion.ToolCalls.ShouldHaveSingleItem().FunctionArguments.ToString().ShouldBe("{\"order\":\"A-1\"}");
    }

    [Fact]
    public async Task The_official_client_embeds_with_both_embedders()
    {
        await using var host = await GatewayHost.StartAsync(server);
        var client = new OpenAIClient(new ApiKeyCredential("any"), new OpenAIClientOptions { Endpoint = new Uri(host.Address, "v1") });
        foreach (var model in (string[])["text-embedding-3-small", "steward-hash"])
        {
            var vectors = (await client.GetEmbeddingClient(model).GenerateEmbeddingsAsync(["a bike", "a helmet"])).Value;
            vectors.Count.ShouldBe(2);
            vectors[0].ToFloats().Length.ShouldBeGreaterThan(8);
        }
    }

    [Fact]
    public async Task Bytes_pass_verbatim_and_usage_that_was_not_asked_for_is_hidden()
    {
        await using var host = await GatewayHost.StartAsync(server);
        host.Simulator.Script = new Script { Default = Answer.OfText("One two.") };
        const string Body = """{ "model" : "gpt-4o-mini", "messages":[{"role":"user","content":"Grüße \u00fc"}], "stream": true, "x_unknown": [1, {"a": null}] }""";
        var hidden = await PostAsync(host, Body);
        hidden.Text.ShouldNotContain("\"prompt_tokens\"");
        hidden.Text.ShouldEndWith("data: [DONE]\n\n");
        var sent = JsonDocument.Parse(host.Simulator.Calls[^1].Body).RootElement;
        sent.GetProperty("stream_options").GetProperty("include_usage").GetBoolean().ShouldBeTrue();
        host.Simulator.Calls[^1].Body.ShouldContain("\"x_unknown\": [1, {\"a\": null}]");

        var asked = await PostAsync(host, Body.Replace("\"stream\"", "\"stream_options\": {\"include_usage\": true}, \"stream\"", StringComparison.Ordinal));
        asked.Text.ShouldContain("\"prompt_tokens\"");
        var refused = await PostAsync(host, Body.Replace("\"stream\"", "\"stream_options\": {\"include_usage\": false}, \"stream\"", StringComparison.Ordinal));
        refused.Text.ShouldNotContain("\"prompt_tokens\"");
    }

    [Fact]
    public async Task A_named_provider_is_taken_out_of_the_model_name()
    {
        await using var host = await GatewayHost.StartAsync(server);
        const string Body = """{"messages":[{"role":"user","content":"\"model\":\"x\""}],"model":"openai/my-own-model","stream":false}""";
        (await PostAsync(host, Body)).Status.ShouldBe(HttpStatusCode.OK);
        host.Simulator.Calls[^1].Body.ShouldBe(Body.Replace("openai/my-own-model", "my-own-model", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("gpt-4o-mini")]
    [InlineData("claude-haiku-4-5")]
    public async Task A_stream_that_breaks_ends_with_an_error_frame_and_an_aborted_connection(string model)
    {
        await using var host = await GatewayHost.StartAsync(server);
        host.Simulator.Script = new Script { Default = Answer.OfLength(40), Rules = [new Rule { Fault = Fault.After(1800, FaultKind.ResetAfterBytes) }] };
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/chat/completions")
        {
            Content = new StringContent("{\"model\":\"" + model + "\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"),
        };
        using var response = await host.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        var text = new StringBuilder();
        var buffer = new byte[512];
        await using var stream = await response.Content.ReadAsStreamAsync();
        await Should.ThrowAsync<IOException>(async () =>
        {
            int read;
            while ((read = await stream.ReadAsync(buffer)) > 0) text.Append(Encoding.UTF8.GetString(buffer, 0, read));
        });
        text.ToString().ShouldContain("data: {\"error\":");
        text.ToString().ShouldNotContain("[DONE]");
        text.ToString().ShouldNotContain("\"finish_reason\":\"stop\"");
    }

    [Theory]
    [InlineData("not json", 400, "invalid_request")]
    [InlineData("{\"messages\":[]}", 400, "invalid_request")]
    [InlineData("{\"model\":7,\"messages\":[]}", 400, "invalid_request")]
    [InlineData("{\"model\":\"gpt-4o-mini\"}", 400, "invalid_request")]
    [InlineData("{\"model\":\"gpt-4o-mini\",\"messages\":[]} {}", 400, "invalid_request")]
    [InlineData("{\"model\":\"claude-haiku-4-5\",\"max_tokens\":-5,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}", 400, "invalid_request")]
    public async Task Bad_requests_get_an_error_of_the_wire(string body, int status, string code)
    {
        await using var host = await GatewayHost.StartAsync(server);
        var (answered, text) = await PostAsync(host, body);
        ((int)answered).ShouldBe(status);
        JsonDocument.Parse(text).RootElement.GetProperty("error").GetProperty("code").GetString().ShouldBe(code);
        host.Simulator.CallCount.ShouldBe(0);
    }

    [Theory]
    [InlineData(401, 502, "provider_auth")]
    [InlineData(429, 429, "rate_limited")]
    [InlineData(503, 503, "overloaded")]
    [InlineData(400, 400, "refused")]
    public async Task Refusals_of_the_provider_keep_their_meaning(int upstream, int status, string code)
    {
        await using var host = await GatewayHost.StartAsync(server);
        host.Simulator.Script = new Script { Rules = [new Rule { Fault = Fault.OfStatus(upstream, 60) }] };
        var (answered, text) = await PostAsync(host, """{"model":"gpt-4o-mini","messages":[{"role":"user","content":"x"}]}""");
        ((int)answered).ShouldBe(status);
        JsonDocument.Parse(text).RootElement.GetProperty("error").GetProperty("code").GetString().ShouldBe(code);
    }

    [Fact]
    public async Task Models_are_listed_with_their_defaults()
    {
        await using var host = await GatewayHost.StartAsync(server);
        var list = await host.Http.GetFromJsonAsync<JsonElement>("api/models");
        list.GetProperty("defaults").GetProperty("chat").GetString().ShouldBe("gpt-4o-mini");
        var wire = await host.Http.GetFromJsonAsync<JsonElement>("v1/models");
        wire.GetProperty("data").EnumerateArray().Select(model => model.GetProperty("id").GetString()).ShouldContain("steward-extractive");
        var described = list.GetProperty("items").EnumerateArray().Single(model => model.GetProperty("name").GetString() == "gpt-3.5-turbo");
        described.GetProperty("contextWindow").GetInt32().ShouldBe(16_385);
        described.GetProperty("abilities").GetProperty("vision").GetBoolean().ShouldBeFalse();
        described.GetProperty("assumed").GetBoolean().ShouldBeFalse();
        wire.GetProperty("data").EnumerateArray().Single(model => model.GetProperty("id").GetString() == "gpt-4o").GetProperty("context_window").GetInt32().ShouldBe(128_000);
    }

    private static ChatClient Client(GatewayHost host, string model) =>
        new(model, new ApiKeyCredential("any"), new OpenAIClientOptions { Endpoint = new Uri(host.Address, "v1") });

    private static async Task<(HttpStatusCode Status, string Text)> PostAsync(GatewayHost host, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await host.Http.PostAsync("v1/chat/completions", content);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
