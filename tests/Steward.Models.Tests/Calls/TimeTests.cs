using Steward.Models.Calls;
using Steward.Testing;

namespace Steward.Models.Tests.Calls;

public sealed class TimeTests
{
    private static readonly string FirstWord = Recordings.OpenAiStream[..(Recordings.OpenAiStream.IndexOf("Grüße", StringComparison.Ordinal) + 70)];

    [Fact]
    public async Task Silence_before_the_first_token_ends_at_its_limit()
    {
        var time = new ManualTime();
        var started = time.GetUtcNow();
        var call = new Calling(time).StreamAsync(new ByteTransport(BytePlan.Text("") with { HeadersNever = true }), Calling.OpenAi);
        var streamed = await time.RunAsync(call, TimeSpan.FromMinutes(10));
        streamed.Failure!.Code.ShouldBe("timeout");
        streamed.Failure.Message.ShouldContain("first token");
        (time.GetUtcNow() - started).ShouldBeLessThan(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task A_stall_between_tokens_ends_at_its_limit_and_what_was_said_is_spend()
    {
        var time = new ManualTime();
        var calling = new Calling(time);
        var call = calling.StreamAsync(new ByteTransport(BytePlan.Text(FirstWord) with { Ending = Ending.Silent }), Calling.OpenAi);
        var streamed = await time.RunAsync(call, TimeSpan.FromMinutes(10));
        streamed.Failure!.Message.ShouldContain("stood still");
        var spent = calling.Results.ShouldHaveSingleItem();
        spent.Estimated.ShouldBeTrue();
        spent.Usage.Output.ShouldBeGreaterThan(0);
        spent.Cost.Usd.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Keep_alives_are_not_progress()
    {
        var time = new ManualTime();
        var comments = BytePlan.Text(string.Concat(Enumerable.Repeat(": keep-alive\n\n", 50))) with { ChunkSize = 14, Ending = Ending.Silent };
        var streamed = await time.RunAsync(new Calling(time).StreamAsync(new ByteTransport(comments), Calling.OpenAi), TimeSpan.FromMinutes(10));
        streamed.Failure!.Message.ShouldContain("first token");
    }

    [Fact]
    public async Task A_whole_answer_that_never_comes_ends_at_the_total_limit()
    {
        var time = new ManualTime();
        var call = new Calling(time).AskAsync(new ByteTransport(BytePlan.Json("") with { HeadersNever = true }), Calling.OpenAi, new CallLimits());
        var (_, failure) = await time.RunAsync(call, TimeSpan.FromMinutes(10));
        failure!.Message.ShouldContain("The call took longer");
    }

    [Fact]
    public async Task A_transient_failure_is_repeated_and_each_answering_attempt_is_a_row()
    {
        var time = new ManualTime();
        var calling = new Calling(time);
        var transport = new ByteTransport(
            BytePlan.Json("{}") with { Status = 503 },
            BytePlan.Text("") with { Ending = Ending.Broken },
            BytePlan.Text(Recordings.OpenAiStream));
        var streamed = await time.RunAsync(calling.StreamAsync(transport, Calling.OpenAi, new CallLimits()), TimeSpan.FromMinutes(5));
        streamed.Failure.ShouldBeNull();
        streamed.Text.ShouldBe(Recordings.Text);
        transport.Calls.ShouldBe(3);
        calling.Results.Count.ShouldBe(2);
        calling.Results[0].Estimated.ShouldBeTrue();
        calling.Results[1].Attempts.ShouldBe(3);
        calling.Results.Select(result => result.SpendId).Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public async Task After_the_first_forwarded_text_nothing_is_repeated()
    {
        var transport = new ByteTransport(BytePlan.Text(FirstWord) with { Ending = Ending.Broken }, BytePlan.Text(Recordings.OpenAiStream));
        var streamed = await new Calling().StreamAsync(transport, Calling.OpenAi, new CallLimits());
        streamed.Failure!.Kind.ShouldBe(FailureKind.Truncated);
        transport.Calls.ShouldBe(1);
    }

    [Fact]
    public async Task The_pause_a_provider_asks_for_is_kept_and_a_long_one_is_not_waited_for()
    {
        var time = new ManualTime();
        var started = time.GetUtcNow();
        var busy = BytePlan.Json("{}") with { Status = 429, RetryAfter = TimeSpan.FromSeconds(4) };
        var patient = new ByteTransport(busy, BytePlan.Text(Recordings.OpenAiStream));
        (await time.RunAsync(new Calling(time).StreamAsync(patient, Calling.OpenAi, new CallLimits()), TimeSpan.FromMinutes(5))).Failure.ShouldBeNull();
        (time.GetUtcNow() - started).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(4));

        var far = new ByteTransport(busy with { RetryAfter = TimeSpan.FromMinutes(3) });
        var streamed = await new Calling().StreamAsync(far, Calling.OpenAi, new CallLimits());
        streamed.Failure!.RetryAfter.ShouldBe(TimeSpan.FromMinutes(3));
        far.Calls.ShouldBe(1);
    }

    [Fact]
    public async Task Five_failures_open_the_circuit_and_one_call_probes_it_later()
    {
        var time = new ManualTime();
        var calling = new Calling(time);
        var transport = new ByteTransport([.. Enumerable.Repeat(BytePlan.Json("{}") with { Status = 500 }, 5), BytePlan.Text(Recordings.OpenAiStream)]);
        for (var i = 0; i < 5; i++) (await calling.StreamAsync(transport, Calling.OpenAi)).Failure!.Kind.ShouldBe(FailureKind.Overloaded);
        var open = await calling.StreamAsync(transport, Calling.OpenAi);
        open.Failure!.Kind.ShouldBe(FailureKind.CircuitOpen);
        open.Failure.RetryAfter.ShouldNotBeNull();
        transport.Calls.ShouldBe(5);
        time.Advance(TimeSpan.FromSeconds(6));
        (await calling.StreamAsync(transport, Calling.OpenAi)).Failure.ShouldBeNull();
        (await calling.StreamAsync(transport, Calling.OpenAi)).Failure.ShouldBeNull();
    }

    [Fact]
    public async Task A_call_that_its_caller_gives_up_is_spend()
    {
        var calling = new Calling();
        using var gone = new CancellationTokenSource();
        var call = calling.StreamAsync(new ByteTransport(BytePlan.Text(FirstWord) with { Ending = Ending.Silent }), Calling.OpenAi, ct: gone.Token);
        await gone.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(async () => await call);
        calling.Results.ShouldHaveSingleItem().Outcome.ShouldBe(CallOutcome.Cancelled);
    }

    [Fact]
    public async Task An_ended_call_leaves_no_timer()
    {
        var time = new ManualTime();
        await new Calling(time).StreamAsync(new ByteTransport(BytePlan.Text(Recordings.OpenAiStream)), Calling.OpenAi);
        time.Waiting.ShouldBe(0);
    }
}
