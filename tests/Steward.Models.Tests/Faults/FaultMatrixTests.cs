using System.Text;

namespace Steward.Models.Tests.Faults;

/// <summary>Every fault at every byte of a recorded answer of every wire. Held, the caller has the whole answer of a healthy model; live, that or an error
/// that says it is one. Never less that looks whole, never a wait beyond the limits.</summary>
public sealed class FaultMatrixTests
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(360);

    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var wire in (string[])["openai", "anthropic", "gemini"])
                foreach (var fault in (string[])["end", "reset", "silence", "error event", "not JSON", "page"]) cases.Add(wire, fault);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Held_answers_are_whole_and_live_ones_whole_or_honest_wherever_a_stream_breaks(string wire, string fault)
    {
        var bytes = Encoding.UTF8.GetBytes(Recordings.Stream(wire));
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var at = 0; at < bytes.Length; at++)
        {
            foreach (var complete in (bool[])[true, false])
            {
                var outcome = await FaultBench.RunAsync(wire, Break(wire, bytes, at, fault), complete);
                var kind = outcome.Kind;
                var name = (complete ? "held " : "live ") + kind;
                seen[name] = seen.GetValueOrDefault(name) + 1;
                if (outcome.Took > LongestWait) Assert.Fail($"{fault} at {at} took {outcome.Took}.");
                if (kind is not ("first" or "next") && (complete || kind != "broken")) Assert.Fail($"{fault} at {at}, {name}: {Encoding.UTF8.GetString(outcome.Body)} {outcome.Failure?.Code}");
            }
        }

        seen.Keys.ShouldContain("held next");
        seen.Keys.ShouldContain("live next");
        seen.Keys.ShouldContain("live broken");
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    [InlineData("gemini")]
    public async Task A_whole_answer_that_breaks_anywhere_is_given_by_the_next_model(string wire)
    {
        var bytes = Encoding.UTF8.GetBytes(Recordings.Body(wire));
        for (var at = 0; at < bytes.Length; at++)
        {
            foreach (var fault in (string[])["end", "reset", "silence"])
            {
                var plan = Break(wire, bytes, at, fault) with { MediaType = "application/json" };
                var outcome = await FaultBench.RunAsync(wire, plan, complete: false, stream: false);
                if (outcome.WholeKind != "next" || outcome.Took > LongestWait) Assert.Fail($"{fault} at {at}: {outcome.WholeKind} after {outcome.Took}.");
            }
        }
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    [InlineData("gemini")]
    public async Task A_stream_without_a_fault_is_replayed_as_it_was(string wire)
    {
        for (var size = 1; size < 60; size += 7)
        {
            var plan = BytePlan.Text(Recordings.Stream(wire)) with { ChunkSize = size };
            (await FaultBench.RunAsync(wire, plan, complete: true)).Kind.ShouldBe("first");
            (await FaultBench.RunAsync(wire, plan, complete: false)).Kind.ShouldBe("first");
        }
    }

    internal static BytePlan Break(string wire, byte[] bytes, int at, string fault)
    {
        var begun = bytes[..at];
        return fault switch
        {
            "end" => new BytePlan(begun),
            "reset" => new BytePlan(begun) { Ending = Ending.Broken },
            "silence" => new BytePlan(begun) { Ending = Ending.Silent },
            "error event" => new BytePlan([.. begun, .. Encoding.UTF8.GetBytes("\n\n" + ErrorEvent(wire))]),
            "not JSON" => new BytePlan([.. begun, .. "\n\ndata: {\"choices\": nothing\n\n"u8, .. bytes[at..]]),
            _ => new BytePlan([.. begun, .. "<!doctype html><html><body>Bad gateway</body></html>\n"u8]),
        };
    }

    private static string ErrorEvent(string wire) => wire switch
    {
        "openai" => "data: {\"error\":{\"message\":\"The server had an error\",\"type\":\"server_error\",\"code\":null}}\n\n",
        "anthropic" => "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n",
        _ => "data: {\"error\":{\"code\":503,\"message\":\"The model is overloaded.\",\"status\":\"UNAVAILABLE\"}}\n\n",
    };
}
