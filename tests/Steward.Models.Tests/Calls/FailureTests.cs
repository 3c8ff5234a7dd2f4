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

    [Fact]
    public async Task No_connection_is_unreachable()
    {
        var streamed = await new Calling().StreamAsync(new ByteTransport(BytePlan.Text("") with { Refuses = true }), Calling.OpenAi);
        streamed.Failure!.Kind.ShouldBe(FailureKind.Unreachable);
    }
}
