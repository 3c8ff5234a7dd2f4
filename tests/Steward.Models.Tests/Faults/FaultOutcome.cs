using System.Text;
using System.Text.Json;

namespace Steward.Models.Tests.Faults;

/// <summary>What a caller has in the end.</summary>
/// <param name="Failure">What is said with a status, where nothing has left.</param>
/// <param name="Took">In virtual time.</param>
internal sealed record FaultOutcome(byte[] Body, bool Aborted, ModelFailedException? Failure, TimeSpan Took, IReadOnlyList<CallResult> Spent)
{
    private const string Tool = "look_up({\"order\":\"A-1\"})";

    /// <summary><c>first</c>, <c>next</c>: the whole answer of that model. <c>refused</c>: a status and no word of an answer. <c>broken</c>: an error frame
    /// and an abort, and no sign of an end. Anything else is a lie, and the sentence says which.</summary>
    public string Kind => Failure is not null ? Body.Length == 0 ? "refused" : "a failure was thrown after bytes had left"
        : Aborted ? Broken() : Whole();

    /// <summary>The same for an answer that was not streamed.</summary>
    public string WholeKind
    {
        get
        {
            if (Failure is not null) return Body.Length == 0 ? "refused" : "a failure was thrown after bytes had left";
            using var document = JsonDocument.Parse(Body);
            var choice = document.RootElement.GetProperty("choices")[0];
            var said = choice.GetProperty("message");
            var calls = said.TryGetProperty("tool_calls", out var list) ? Arguments(list) : "";
            return Name(said.GetProperty("content").GetString()!, calls, choice.GetProperty("finish_reason").GetString()!);
        }
    }

    private string Broken()
    {
        var text = Encoding.UTF8.GetString(Body);
        var frames = Frames(text);
        if (frames.Count == 0 || !frames[^1].StartsWith("{\"error\":", StringComparison.Ordinal)) return "an abort without an error frame";
        if (text.Contains("[DONE]", StringComparison.Ordinal)) return "an end mark on a broken answer";
        return frames.Exists(frame => Finish(frame) is not null) ? "a finish reason on a broken answer" : "broken";
    }

    private string Whole()
    {
        var frames = Frames(Encoding.UTF8.GetString(Body));
        if (frames.Count == 0 || frames[^1] != "[DONE]") return "no end mark";
        var (text, calls, finish) = (new StringBuilder(), new StringBuilder(), "");
        foreach (var frame in frames.SkipLast(1))
        {
            if (frame.StartsWith("{\"error\":", StringComparison.Ordinal)) return "an error frame in a whole answer";
            using var document = JsonDocument.Parse(frame);
            if (document.RootElement.GetProperty("choices").GetArrayLength() == 0) continue;
            finish = Finish(frame) ?? finish;
            var delta = document.RootElement.GetProperty("choices")[0].GetProperty("delta");
            if (delta.TryGetProperty("content", out var content)) text.Append(content.GetString());
            if (delta.TryGetProperty("tool_calls", out var list)) calls.Append(Arguments(list));
        }

        return Name(text.ToString(), calls.ToString(), finish);
    }

    private static string Name(string text, string calls, string finish) => (text, calls, finish) switch
    {
        (Recordings.Text, Tool, "tool_calls") => "first",
        (FaultBench.Healthy, "", "stop") => "next",
        _ => $"not whole: '{text}' {calls} {finish}",
    };

    private static string Arguments(JsonElement calls)
    {
        var text = new StringBuilder();
        foreach (var call in calls.EnumerateArray())
        {
            var function = call.GetProperty("function");
            if (function.TryGetProperty("name", out var name)) text.Append(name.GetString()).Append('(');
            text.Append(function.GetProperty("arguments").GetString());
        }

        return text.ToString() is { Length: > 0 } said && said.EndsWith('}') ? said + ")" : text.ToString();
    }

    private static string? Finish(string frame)
    {
        using var document = JsonDocument.Parse(frame);
        return document.RootElement.TryGetProperty("choices", out var choices) && choices.GetArrayLength() > 0
            && choices[0].TryGetProperty("finish_reason", out var reason) ? reason.GetString() : null;
    }

    private static List<string> Frames(string text) =>
        [.. text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(frame => frame.TrimStart('\n')).Where(frame => frame.StartsWith("data: ", StringComparison.Ordinal)).Select(frame => frame[6..])];
}
