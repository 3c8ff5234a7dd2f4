using System.Net;

namespace Steward.Simulators.Tests;

public sealed class FaultTests
{
    [Theory]
    [InlineData(400), InlineData(401), InlineData(403), InlineData(404), InlineData(408), InlineData(413)]
    [InlineData(429), InlineData(500), InlineData(502), InlineData(503), InlineData(529)]
    public async Task Every_status_comes_in_the_error_form_of_its_wire(int status)
    {
        await using var sim = await StartAsync(Fault.OfStatus(status, retryAfterSeconds: 2));
        using var openAI = await Wire.PostAsync(sim, "v1/chat/completions", Wire.Chat("x", stream: true));
        using var anthropic = await Wire.PostAsync(sim, "v1/messages", Wire.Message("x"));
        ((int)openAI.StatusCode).ShouldBe(status);
        ((int)anthropic.StatusCode).ShouldBe(status);
        openAI.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(2));
        (await openAI.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldStartWith("{\"error\":{");
        (await anthropic.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldStartWith("{\"type\":\"error\",\"error\":{");
    }

    [Theory]
    [InlineData(FaultKind.ResetAfterBytes, true, true)]
    [InlineData(FaultKind.ResetAfterBytes, false, true)]
    [InlineData(FaultKind.CloseAfterBytes, true, true)]
    [InlineData(FaultKind.CloseAfterBytes, false, true)]
    [InlineData(FaultKind.EndAfterBytes, true, false)]
    [InlineData(FaultKind.EndAfterBytes, false, false)]
    public async Task A_cut_falls_on_exactly_the_scripted_byte(FaultKind kind, bool stream, bool breaks)
    {
        await using var sim = await ModelSimulator.StartAsync(ct: TestContext.Current.CancellationToken);
        var whole = await WholeAsync(sim, stream);
        for (var bytes = 0; bytes < whole.Length; bytes += bytes < 20 ? 1 : 37)
        {
            sim.Use(new Rule { Answer = Answer.OfText("Grüße."), Fault = Fault.After(bytes, kind) });
            using var response = await Wire.PostAsync(sim, "v1/chat/completions", Wire.Chat("x", stream));
            var (got, broken) = await Wire.ReadUntilItEndsAsync(response);
            got.Length.ShouldBe(bytes);
            (broken is not null).ShouldBe(breaks, $"after {bytes} bytes");
        }
    }

    [Fact]
    public async Task A_reset_before_the_headers_gives_the_caller_no_response()
    {
        await using var sim = await StartAsync(Fault.Of(FaultKind.ResetBeforeHeaders));
        await Should.ThrowAsync<HttpRequestException>(() => Wire.PostAsync(sim, "v1/chat/completions", Wire.Chat("x")));
        sim.Calls.Single().Body.ShouldContain("\"x\"");
    }

    [Theory]
    [InlineData(FaultKind.StallAfterBytes)]
    [InlineData(FaultKind.Dribble)]
    [InlineData(FaultKind.SlowHeaders)]
    public async Task A_slow_answer_is_still_the_whole_answer(FaultKind kind)
    {
        await using var sim = await ModelSimulator.StartAsync(ct: TestContext.Current.CancellationToken);
        var whole = await WholeAsync(sim, stream: true);
        sim.Use(new Rule { Answer = Answer.OfText("Grüße."), Fault = Fault.After(7, kind, stallMs: 30) });
        using var response = await Wire.PostAsync(sim, "v1/chat/completions", Wire.Chat("x", stream: true));
        var (got, broken) = await Wire.ReadUntilItEndsAsync(response);
        broken.ShouldBeNull();
        got.Length.ShouldBe(whole.Length);
    }

    [Theory]
    [InlineData("v1/chat/completions", "\"server_error\"")]
    [InlineData("v1/messages", "overloaded_error")]
    public async Task An_error_frame_ends_the_stream_after_its_tokens(string path, string says)
    {
        await using var sim = await StartAsync(new Fault { Kind = FaultKind.ErrorFrame, Status = 529, AfterTokens = 2 });
        var text = await Wire.PostTextAsync(sim, path, path.EndsWith("messages", StringComparison.Ordinal) ? Wire.Message("x", stream: true) : Wire.Chat("x", stream: true));
        text.ShouldContain("two");
        text.ShouldNotContain("three");
        text.ShouldContain(says);
        text.ShouldNotContain("[DONE]");
        text.ShouldNotContain("message_stop");
    }

    [Theory]
    [InlineData(FaultKind.MalformedJson)]
    [InlineData(FaultKind.MalformedFrame)]
    public async Task A_malformed_frame_stands_where_it_was_scripted(FaultKind kind)
    {
        await using var sim = await StartAsync(new Fault { Kind = kind, AfterTokens = 1 });
        var text = await Wire.PostTextAsync(sim, "v1/chat/completions", Wire.Chat("x", stream: true));
        text.ShouldContain("\"one\"");
        text.ShouldNotContain("two");
        text.ShouldNotContain("finish_reason\":\"");
    }

    [Fact]
    public async Task A_stream_can_end_well_without_a_finish_reason()
    {
        await using var sim = await StartAsync(Fault.Of(FaultKind.NoFinishReason));
        var openAI = await Wire.PostTextAsync(sim, "v1/chat/completions", Wire.Chat("x", stream: true));
        openAI.ShouldContain("three");
        openAI.ShouldNotContain("\"finish_reason\":\"");
        openAI.ShouldEndWith("data: [DONE]\n\n");
        var anthropic = await Wire.PostTextAsync(sim, "v1/messages", Wire.Message("x", stream: true));
        anthropic.ShouldNotContain("\"stop_reason\":\"");
        anthropic.ShouldContain("message_stop");
    }

    [Theory]
    [InlineData(FaultKind.ContentFilter, "content_filter", "refusal")]
    [InlineData(FaultKind.LengthFinish, "length", "max_tokens")]
    public async Task Finishes_have_the_name_of_each_wire(FaultKind kind, string openAI, string anthropic)
    {
        await using var sim = await StartAsync(Fault.Of(kind));
        (await Wire.PostTextAsync(sim, "v1/chat/completions", Wire.Chat("x"))).ShouldContain($"\"finish_reason\":\"{openAI}\"");
        (await Wire.PostTextAsync(sim, "v1/chat/completions", Wire.Chat("x", stream: true))).ShouldContain($"\"finish_reason\":\"{openAI}\"");
        (await Wire.PostTextAsync(sim, "v1/messages", Wire.Message("x"))).ShouldContain($"\"stop_reason\":\"{anthropic}\"");
        (await Wire.PostTextAsync(sim, "v1/messages", Wire.Message("x", stream: true))).ShouldContain($"\"stop_reason\":\"{anthropic}\"");
    }

    [Fact]
    public async Task Usage_html_empty_bodies_and_empty_answers_go_wrong_as_scripted()
    {
        await using var sim = await StartAsync(Fault.Of(FaultKind.UsageMissing));
        (await Wire.PostTextAsync(sim, "v1/chat/completions", Wire.Chat("x"))).ShouldNotContain("usage");
        sim.Use(new Rule { Fault = Fault.Of(FaultKind.HtmlPage) });
        (await Wire.PostTextAsync(sim, "v1/chat/completions", Wire.Chat("x", stream: true))).ShouldStartWith("<!doctype html>");
        sim.Use(new Rule { Fault = Fault.Of(FaultKind.EmptyBody) });
        (await Wire.PostTextAsync(sim, "v1/chat/completions", Wire.Chat("x"))).ShouldBeEmpty();
        sim.Use(new Rule { Fault = Fault.Of(FaultKind.EmptyAnswer) });
        (await Wire.PostTextAsync(sim, "v1/chat/completions", Wire.Chat("x"))).ShouldContain("\"content\":\"\"");
        sim.Use(new Rule { Fault = Fault.Of(FaultKind.MalformedJson) });
        (await Wire.PostTextAsync(sim, "v1/chat/completions", Wire.Chat("x"))).ShouldNotEndWith("}}");
    }

    [Fact]
    public async Task Tool_arguments_can_be_broken()
    {
        await using var sim = await ModelSimulator.StartAsync(ct: TestContext.Current.CancellationToken);
        sim.Use(new Rule { Answer = Answer.OfTools(new ScriptedToolCall("order", """{"n":1}""")), Fault = Fault.Of(FaultKind.InvalidToolArguments) });
        var json = await Wire.PostJsonAsync(sim, "v1/chat/completions", Wire.Chat("x"));
        json.GetProperty("choices")[0].GetProperty("message").GetProperty("tool_calls")[0].GetProperty("function").GetProperty("arguments").GetString()
            .ShouldBe("""{"n":1""");
    }

    [Fact]
    public async Task A_fault_can_be_held_to_some_of_the_calls()
    {
        await using var sim = await ModelSimulator.StartAsync(ct: TestContext.Current.CancellationToken);
        sim.Use(new Rule { Calls = [1, 3], Fault = Fault.OfStatus(503) });
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 4; i++)
        {
            using var response = await Wire.PostAsync(sim, "v1/chat/completions", Wire.Chat("x"));
            statuses.Add(response.StatusCode);
        }

        statuses.ShouldBe([HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK]);
    }

    private static async Task<ModelSimulator> StartAsync(Fault fault)
    {
        var sim = await ModelSimulator.StartAsync(ct: TestContext.Current.CancellationToken);
        sim.Use(new Rule { Answer = Answer.OfText("one two three"), Fault = fault });
        return sim;
    }

    private static async Task<byte[]> WholeAsync(ModelSimulator sim, bool stream)
    {
        sim.Use(new Rule { Answer = Answer.OfText("Grüße.") });
        using var response = await Wire.PostAsync(sim, "v1/chat/completions", Wire.Chat("x", stream));
        return (await Wire.ReadUntilItEndsAsync(response)).Bytes;
    }
}
