using Steward.Models.Calls;
using Steward.Testing;

namespace Steward.Models.Tests.Calls;

public sealed class FailureTests
{
    [Theory]
    [InlineData(401, "{\"error\":{\"message\":\"Incorrect API key provided: sk-abc\",\"code\":\"invalid_api_key\"}}", "auth")]
    [InlineData(403, "{\"type\":\"error\",\"error\":{\"type\":\"permission_error\",\"message\":\"x\"}}", "auth")]
    [InlineData(429, "{\"error\":{\"type\":\"insufficient_quota\",\"message\":\"You exceeded your current quota\"}}", "quota")]
    [InlineData(400, "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"Your credit balance is too low\"}}", "quota")]
    [InlineData(402, "", "quota")]
    [InlineData(429, "{\"error\":{\"type\":\"requests\",\"code\":\"rate_limit_exceeded\"}}", "rate_limited")]
    [InlineData(529, "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}", "overloaded")]
    [InlineData(500, "not json", "overloaded")]
    [InlineData(502, "<html>bad gateway</html>", "overloaded")]
    [InlineData(400, "{\"error\":{\"code\":\"context_length_exceeded\",\"message\":\"x\"}}", "context_length")]
    [InlineData(400, "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"prompt is too long: 210000 tokens\"}}", "context_length")]
    [InlineData(400, "{\"error\":{\"code\":\"content_filter\",\"message\":\"x\"}}", "content_filter")]
    [InlineData(404, "{\"error\":{\"code\":\"model_not_found\",\"message\":\"x\"}}", "refused")]
    [InlineData(422, "{\"message\":\"extra fields\"}", "refused")]
    // What a request said comes back in a message, and must not pass for the provider's own word about its account.
    [InlineData(400, "{\"error\":{\"type\":\"invalid_request_error\",\"code\":\"invalid_value\",\"message\":\"Invalid value: 'insufficient_quota'. Supported values are: 'user'.\"}}", "refused")]
    [InlineData(400, "{\"error\":{\"type\":\"invalid_request_error\",\"message\":\"Invalid value: 'authentication_error rate_limit overloaded'.\"}}", "refused")]
    public async Task Every_refusal_has_its_code_and_costs_nothing(int status, string body, string code)
    {
        var calling = new Calling();
        var (_, failure) = await calling.AskAsync(new ByteTransport(BytePlan.Json(body) with { Status = status }), Calling.OpenAi);
        failure!.Code.ShouldBe(code);
        failure.Status.ShouldBe(status);
        failure.Message.ShouldNotContain("sk-abc");
        if (code is "auth" or "quota") failure.ProviderMessage.ShouldBeNull();
        calling.Results.ShouldHaveSingleItem().Usage.ShouldBe(default);
    }

    [Theory]
    [InlineData("<!doctype html><html></html>", "text/html", "html")]
    [InlineData("<!doctype html><html></html>", "text/event-stream", "html")]
    [InlineData("", "text/event-stream", "truncated")]
    [InlineData("data: {\"id\":\n\n", "text/event-stream", "malformed")]
    [InlineData("data: [1]\n\n", "text/event-stream", "malformed")]
    [InlineData("data: {\"error\":{\"message\":\"x\",\"type\":\"server_error\"}}\n\n", "text/event-stream", "error_frame")]
    [InlineData("{\"error\":{\"message\":\"x\",\"type\":\"server_error\"}}", "application/json", "error_frame")]
    [InlineData("data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n", "text/event-stream", "empty")]
    [InlineData("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},\"finish_reason\":\"content_filter\"}]}\n\n", "text/event-stream", "content_filter")]
    [InlineData("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\ndata: [DONE]\n\n", "text/event-stream", "truncated")]
    [InlineData("data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":\"}}]},\"finish_reason\":\"tool_calls\"}]}\n\ndata: [DONE]\n\n", "text/event-stream", "truncated")]
    public async Task A_success_status_proves_nothing(string body, string mediaType, string code)
    {
        var streamed = await new Calling().StreamAsync(new ByteTransport(BytePlan.Text(body) with { MediaType = mediaType }), Calling.OpenAi);
        streamed.Failure!.Code.ShouldBe(code);
    }

    [Fact]
    public async Task An_error_event_of_the_messages_wire_is_an_error_frame()
    {
        var start = Recordings.AnthropicStream[..Recordings.AnthropicStream.IndexOf("event: content_block_stop", StringComparison.Ordinal)];
        var body = start + "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n";
        var streamed = await new Calling().StreamAsync(new ByteTransport(BytePlan.Text(body)), Calling.Anthropic);
        streamed.Failure!.Kind.ShouldBe(FailureKind.ErrorFrame);
        streamed.Failure.Transient.ShouldBeTrue();
    }

    [Theory]
    [InlineData("{\"content\":null,\"function_call\":{\"name\":\"f\",\"arguments\":\"{}\"}}", "function_call")]
    [InlineData("{\"content\":null,\"tool_calls\":[{\"id\":\"c\",\"type\":\"custom\",\"custom\":{\"name\":\"f\",\"input\":\"select 1\"}}]}", "tool_calls")]
    [InlineData("{\"content\":null,\"audio\":{\"id\":\"a\",\"data\":\"AAAA\"}}", "stop")]
    public async Task An_answer_without_text_may_be_whole(string message, string finish)
    {
        var body = $"{{\"id\":\"1\",\"choices\":[{{\"index\":0,\"message\":{message},\"finish_reason\":\"{finish}\"}}]}}";
        (await new Calling().AskAsync(new ByteTransport(BytePlan.Json(body)), Calling.OpenAi)).Failure.ShouldBeNull();
    }

    [Fact]
    public async Task A_tool_that_the_provider_runs_is_no_call_of_ours()
    {
        const string Body = """
            event: message_start
            data: {"type":"message_start","message":{"id":"m","usage":{"input_tokens":5,"output_tokens":1}}}

            event: content_block_start
            data: {"type":"content_block_start","index":0,"content_block":{"type":"server_tool_use","id":"s","name":"web_search","input":{}}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"query\":\"helm"}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"ets\"}"}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":0}

            event: content_block_start
            data: {"type":"content_block_start","index":1,"content_block":{"type":"web_search_tool_result","tool_use_id":"s","content":[]}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":1}

            event: content_block_start
            data: {"type":"content_block_start","index":2,"content_block":{"type":"text","text":""}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":2,"delta":{"type":"text_delta","text":"Found."}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":2}

            event: message_delta
            data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":9}}

            event: message_stop
            data: {"type":"message_stop"}


            """;
        var streamed = await new Calling().StreamAsync(new ByteTransport(BytePlan.Text(Body)), Calling.Anthropic);
        streamed.Failure.ShouldBeNull();
        streamed.Text.ShouldBe("Found.");
        streamed.Tools.ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_leaves_while_a_refused_call_waits_to_be_repeated_pays_nothing()
    {
        var calling = new Calling();
        using var leaves = new CancellationTokenSource();
        var busy = BytePlan.Json("{\"error\":{\"type\":\"requests\",\"code\":\"rate_limit_exceeded\"}}") with { Status = 429, RetryAfter = TimeSpan.FromSeconds(9) };
        var transport = new ByteTransport(busy);
        var call = calling.StreamAsync(transport, Calling.OpenAi, new CallLimits { Attempts = 3 }, ct: leaves.Token);
        await Eventually.TrueAsync(() => Task.FromResult(transport.Calls == 1));
        await Task.Delay(50);
        await leaves.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => call);
        calling.Results.ShouldHaveSingleItem().Usage.ShouldBe(default);
    }

    [Fact]
    public async Task No_connection_is_unreachable()
    {
        var streamed = await new Calling().StreamAsync(new ByteTransport(BytePlan.Text("") with { Refuses = true }), Calling.OpenAi);
        streamed.Failure!.Kind.ShouldBe(FailureKind.Unreachable);
    }
}
