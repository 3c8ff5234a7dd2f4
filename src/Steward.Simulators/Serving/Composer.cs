using Steward.Simulators.Scripting;

namespace Steward.Simulators.Serving;

/// <summary>Makes the reply of a ruling. Pure: the same request, ruling and number give the same reply.</summary>
internal static class Composer
{
    // A good model that is offered this tool uses it rather than say that it does not know.
    private const string PersonTool = "bring_in_person";

    public static Reply Compose(ModelRequest request, Ruling ruling, long number, long unixSeconds, CacheUse cache = default)
    {
        var answer = ruling.Answer;
        var fault = ruling.Fault?.Kind;
        if (answer.Mode == AnswerMode.Text && request.ForcedTool is { } insisted && IsObject(answer.Text))
            answer = answer with { Mode = AnswerMode.Tools, Text = null, ToolCalls = [new ScriptedToolCall(insisted, answer.Text!)] };
        var tokens = fault == FaultKind.EmptyAnswer ? [] : Words.Split(TextOf(request, answer));
        var calls = fault == FaultKind.EmptyAnswer ? [] : CallsOf(request, answer, number, fault == FaultKind.InvalidToolArguments);
        var finish = calls.Count > 0 ? Finish.ToolCalls : Finish.Stop;
        var limit = fault == FaultKind.LengthFinish ? Math.Max(0, ruling.Fault!.AfterTokens) : request.MaxTokens ?? int.MaxValue;
        if (fault == FaultKind.LengthFinish || tokens.Count > limit)
        {
            tokens = tokens.Count > limit ? tokens[..limit] : tokens;
            finish = Finish.Length;
        }

        if (fault == FaultKind.ContentFilter) finish = Finish.ContentFilter;
        var prompt = request.PromptTokens;
        return new Reply
        {
            Number = number,
            Model = request.Model,
            Tokens = tokens,
            ToolCalls = calls,
            Finish = finish,
            PromptTokens = prompt,
            CachedTokens = Math.Min(Math.Max(answer.CachedTokens, cache.Read), prompt),
            CacheWriteTokens = Math.Min(cache.Written, prompt - Math.Min(Math.Max(answer.CachedTokens, cache.Read), prompt)),
            CompletionTokens = tokens.Count + calls.Sum(c => (c.Name.Length + c.Arguments.Length + 3) / 4),
            ReasoningTokens = answer.ReasoningTokens,
            CreatedUnixSeconds = unixSeconds,
            WithUsage = fault != FaultKind.UsageMissing,
            InBody = ruling.Fault,
        };
    }

    private static string TextOf(ModelRequest request, Answer answer) => answer.Mode switch
    {
        AnswerMode.Echo => request.LastText,
        AnswerMode.Text or AnswerMode.Tools => answer.Text ?? "",
        AnswerMode.Length => Words.OfLength(answer.Tokens),
        _ when request.ForcedTool is not null => "",
        _ when request.LastRole == "tool" => $"The tool answered: {request.LastText}",
        _ => Quote(request) ?? (OffersPerson(request) ? "" : NoSource(request.LastUserText)),
    };

    private static bool IsObject(string? text)
    {
        if (text is not ['{', ..]) return false;
        try
        {
            using var document = System.Text.Json.JsonDocument.Parse(text);
            return true;
        }
        catch (System.Text.Json.JsonException)
        {
            return false;
        }
    }

    private static string? Quote(ModelRequest request)
    {
        for (var i = request.Messages.Count - 1; i >= 0; i--)
        {
            var (role, text) = request.Messages[i];
            if (role is "user" or "system" && PassageReader.Quote(text) is { } quote) return quote;
        }

        return null;
    }

    private static string NoSource(string asked) =>
        asked.Length == 0 ? "I have no source for that." : $"I have no source for that: {(asked.Length > 120 ? asked[..120] : asked)}";

    private static bool OffersPerson(ModelRequest request) => request.Tools.Contains(PersonTool);

    private static List<ReplyToolCall> CallsOf(ModelRequest request, Answer answer, long number, bool broken)
    {
        if (answer.Mode == AnswerMode.Passages && request.ForcedTool is { } forced)
        {
            return [new ReplyToolCall($"call_{number}_0", forced, broken ? "{" : "{}")];
        }

        if (answer.Mode == AnswerMode.Passages && request.LastRole != "tool" && OffersPerson(request) && Quote(request) is null)
        {
            const string reason = """{"reason":"No passage answers this."}""";
            return [new ReplyToolCall($"call_{number}_0", PersonTool, broken ? reason[..^1] : reason)];
        }

        if (answer.Mode != AnswerMode.Tools) return [];
        return [.. answer.ToolCalls.Select((call, i) => new ReplyToolCall(
            call.Id ?? $"call_{number}_{i}", call.Name, broken ? call.Arguments[..^1] : call.Arguments))];
    }
}
