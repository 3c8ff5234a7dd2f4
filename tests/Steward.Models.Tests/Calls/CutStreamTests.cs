using System.Text;

namespace Steward.Models.Tests.Calls;

public sealed class CutStreamTests
{
    [Theory]
    [InlineData("openai", 0)]
    [InlineData("openai", 1)]
    [InlineData("anthropic", 0)]
    [InlineData("anthropic", 1)]
    [InlineData("gemini", 0)]
    [InlineData("gemini", 1)]
    public async Task A_stream_cut_at_any_byte_is_never_a_truncated_success(string wire, int ending)
    {
        var bytes = Encoding.UTF8.GetBytes(Recordings.Stream(wire));
        var failed = 0;
        for (var cut = 0; cut < bytes.Length; cut++)
        {
            var calling = new Calling();
            var plan = new BytePlan(bytes[..cut]) { Ending = (Ending)ending };
            var streamed = await calling.StreamAsync(new ByteTransport(plan), Calling.Wire(wire));
            if (streamed.Failure is null) ShouldBeWhole(streamed);
            else
            {
                failed++;
                streamed.Failure.Kind.ShouldBe(FailureKind.Truncated, $"cut at {cut}");
                calling.Results.ShouldHaveSingleItem().Outcome.ShouldBe(CallOutcome.Failed);
                calling.Results[0].Estimated.ShouldBeTrue();
            }
        }

        // Only the end marks and the usage may be lost without losing the answer.
        var finish = Recordings.Stream(wire).IndexOf(Recordings.Finish(wire), StringComparison.Ordinal);
        failed.ShouldBeGreaterThan(finish);
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    [InlineData("gemini")]
    public async Task A_whole_answer_cut_at_any_byte_is_a_failure(string wire)
    {
        var bytes = Encoding.UTF8.GetBytes(Recordings.Body(wire));
        for (var cut = 0; cut < bytes.Length; cut++)
        {
            var plan = new BytePlan(bytes[..cut]) { MediaType = "application/json" };
            var (response, failure) = await new Calling().AskAsync(new ByteTransport(plan), Calling.Wire(wire));
            response.ShouldBeNull($"cut at {cut}");
            failure!.Kind.ShouldBe(FailureKind.Truncated);
        }
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    [InlineData("gemini")]
    public async Task Pieces_of_any_size_give_the_same_answer(string wire)
    {
        for (var size = 1; size < 40; size++)
        {
            var plan = BytePlan.Text(Recordings.Stream(wire)) with { ChunkSize = size };
            var calling = new Calling();
            ShouldBeWhole(await calling.StreamAsync(new ByteTransport(plan), Calling.Wire(wire)));
            calling.Results.ShouldHaveSingleItem().Usage.ShouldBe(Recordings.Usage(wire));
            calling.Results[0].Estimated.ShouldBeFalse();
        }
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public async Task Every_line_ending_of_the_standard_is_read(string ending)
    {
        foreach (var size in (int[])[1, 7, int.MaxValue])
        {
            var plan = BytePlan.Text(": hello\n\n" + Recordings.AnthropicStream.Replace("\n", ending, StringComparison.Ordinal)) with { ChunkSize = size };
            ShouldBeWhole(await new Calling().StreamAsync(new ByteTransport(plan), Calling.Anthropic));
        }
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    [InlineData("gemini")]
    public async Task A_whole_answer_says_what_the_stream_says(string wire)
    {
        var calling = new Calling();
        var (response, _) = await calling.AskAsync(new ByteTransport(BytePlan.Json(Recordings.Body(wire))), Calling.Wire(wire));
        response!.Text.ShouldBe(Recordings.Text);
        CallResult.Of(response)!.Usage.ShouldBe(Recordings.Usage(wire));
        CallResult.Of(response)!.Cost.Usd.ShouldBeGreaterThan(0);
        CallResult.Of(response)!.Cost.Unpriced.ShouldBeFalse();
    }

    private static void ShouldBeWhole(Streamed streamed)
    {
        streamed.Failure.ShouldBeNull();
        streamed.Text.ShouldBe(Recordings.Text);
        var tool = streamed.Tools.ShouldHaveSingleItem();
        tool.Name.ShouldBe("look_up");
        tool.Arguments!["order"]!.ToString().ShouldBe("A-1");
        streamed.Finish.ShouldBe(Microsoft.Extensions.AI.ChatFinishReason.ToolCalls);
        CallResult.Of(streamed.Updates[^1])!.Outcome.ShouldBe(CallOutcome.Complete);
    }
}
