using Microsoft.Extensions.AI;
using Steward.Simulators;

namespace Steward.Models.Tests.Contract;

public abstract partial class ChatProviderContract
{
    [Theory]
    [InlineData(FaultKind.ErrorFrame, "error_frame")]
    [InlineData(FaultKind.NoFinishReason, "truncated")]
    [InlineData(FaultKind.HtmlPage, "html")]
    [InlineData(FaultKind.EmptyBody, "truncated")]
    [InlineData(FaultKind.EmptyAnswer, "empty")]
    [InlineData(FaultKind.MalformedJson, "malformed")]
    [InlineData(FaultKind.ContentFilter, "content_filter")]
    [InlineData(FaultKind.ResetBeforeHeaders, "unreachable")]
    public async Task Every_fault_of_a_stream_is_told_apart(FaultKind kind, string code) =>
        (await StreamFailureAsync(Fault.Of(kind))).Code.ShouldBe(code);

    [Theory]
    [InlineData(FaultKind.NoFinishReason, "truncated")]
    [InlineData(FaultKind.HtmlPage, "html")]
    [InlineData(FaultKind.EmptyBody, "truncated")]
    [InlineData(FaultKind.EmptyAnswer, "empty")]
    [InlineData(FaultKind.MalformedJson, "truncated")]
    [InlineData(FaultKind.ContentFilter, "content_filter")]
    public async Task Every_fault_of_a_whole_answer_is_told_apart(FaultKind kind, string code) =>
        (await WholeFailureAsync(Fault.Of(kind))).Code.ShouldBe(code);

    [Theory]
    [InlineData(401, "auth")]
    [InlineData(404, "refused")]
    [InlineData(429, "rate_limited")]
    [InlineData(500, "overloaded")]
    [InlineData(503, "overloaded")]
    public async Task Every_status_is_told_apart(int status, string code)
    {
        var failure = await WholeFailureAsync(Fault.OfStatus(status, status == 429 ? 7 : null));
        failure.Code.ShouldBe(code);
        failure.Transient.ShouldBe(code is "rate_limited" or "overloaded");
        failure.RetryAfter.ShouldBe(status == 429 ? TimeSpan.FromSeconds(7) : null);
    }

    [Theory]
    [InlineData(RefusalReason.Quota, "quota")]
    [InlineData(RefusalReason.ContextLength, "context_length")]
    [InlineData(RefusalReason.ContentFilter, "content_filter")]
    public async Task Every_reason_of_a_refusal_is_told_apart(RefusalReason reason, string code)
    {
        (await WholeFailureAsync(Fault.OfReason(reason))).Code.ShouldBe(code);
        (await StreamFailureAsync(Fault.OfReason(reason))).Code.ShouldBe(code);
    }

    [Fact]
    public async Task A_stream_that_stands_still_times_out()
    {
        await using var host = await StartAsync(attempts: 1, limits => limits with { FirstToken = TimeSpan.FromMilliseconds(400), Stall = TimeSpan.FromMilliseconds(300) });
        host.Simulator.Script = new Script { Default = Answer.OfLength(40), Rules = [new Rule { Fault = Fault.After(1500, FaultKind.StallAfterBytes, 60_000) }] };
        (await FailureAsync(() => Chat(host).GetStreamingResponseAsync(Question).ToListAsync().AsTask())).Code.ShouldBe("timeout");
    }

    [Fact]
    public async Task One_failure_before_the_first_token_is_repeated()
    {
        await using var host = await StartAsync();
        host.Simulator.Script = new Script
        {
            Default = Answer.OfText("Yes."),
            Rules = [new Rule { Calls = [1], Fault = Fault.OfStatus(503) }, new Rule { Calls = [1], Fault = Fault.Of(FaultKind.ResetBeforeHeaders) }],
        };
        var response = await Chat(host).GetResponseAsync(Question);
        response.Text.ShouldBe("Yes.");
        CallResult.Of(response)!.Attempts.ShouldBe(3);
    }

    [Theory]
    [InlineData(FaultKind.EndAfterBytes)]
    [InlineData(FaultKind.ResetAfterBytes)]
    [InlineData(FaultKind.CloseAfterBytes)]
    public async Task A_real_connection_cut_anywhere_never_gives_a_shorter_answer(FaultKind kind)
    {
        await using var host = await StartAsync(attempts: 1);
        const string Text = "One two three.";
        for (var at = 0; at < 2600; at += 61)
        {
            host.Simulator.Script = new Script { Default = Answer.OfText(Text), Rules = [new Rule { Fault = Fault.After(at, kind) }] };
            try
            {
                // A name of its own each time: failures in a row would open the breaker of one.
                var updates = await Chat(host, $"-{at}").GetStreamingResponseAsync(Question).ToListAsync();
                string.Concat(updates.Select(update => update.Text)).ShouldBe(Text);
            }
            catch (ModelFailedException failure)
            {
                failure.Transient.ShouldBeTrue($"cut at {at}: {failure.Code}");
            }
        }
    }

    private Task<ModelFailedException> StreamFailureAsync(Fault fault) =>
        FaultedAsync(fault, chat => chat.GetStreamingResponseAsync(Question).ToListAsync().AsTask());

    private Task<ModelFailedException> WholeFailureAsync(Fault fault) => FaultedAsync(fault, chat => chat.GetResponseAsync(Question));

    private async Task<ModelFailedException> FaultedAsync(Fault fault, Func<IChatClient, Task> call)
    {
        await using var host = await StartAsync(attempts: 1);
        host.Simulator.Script = new Script { Default = Answer.OfLength(12), Rules = [new Rule { Fault = fault }] };
        return await FailureAsync(() => call(Chat(host)));
    }

    private static Task<ModelFailedException> FailureAsync(Func<Task> call) => Should.ThrowAsync<ModelFailedException>(call);
}
