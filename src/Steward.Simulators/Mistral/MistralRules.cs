using System.Collections.Frozen;
using System.Text.Json;

namespace Steward.Simulators.Mistral;

/// <summary>What Mistral refuses that OpenAI takes.</summary>
internal static class MistralRules
{
    private static readonly FrozenSet<string> Taken = FrozenSet.Create(
        "model", "messages", "temperature", "top_p", "max_tokens", "stream", "stop", "random_seed", "response_format", "tools", "tool_choice",
        "presence_penalty", "frequency_penalty", "n", "prediction", "parallel_tool_calls", "prompt_mode", "safe_prompt", "metadata");

    public static void Check(JsonElement root)
    {
        foreach (var member in root.EnumerateObject())
            if (!Taken.Contains(member.Name)) throw new BadModelRequestException($"{member.Name}: Extra inputs are not permitted", 422);
        if (!root.TryGetProperty("messages", out var messages) || messages.ValueKind != JsonValueKind.Array) return;
        var last = "";
        var (calls, results) = (0, 0);
        foreach (var message in messages.EnumerateArray())
        {
            var role = Fields.Text(message, "role");
            if (role is not ("system" or "user" or "assistant" or "tool")) throw new BadModelRequestException($"role: Input should be 'system', 'user', 'assistant' or 'tool'", 422);
            if (last == "tool" && (role is "user" or "system")) throw new BadModelRequestException($"Unexpected role '{role}' after role 'tool'");
            if (role == "tool" && last is not ("assistant" or "tool")) throw new BadModelRequestException($"Unexpected role 'tool' after role '{last}'");
            if (role == "tool") Id(Fields.Text(message, "tool_call_id"));
            results += role == "tool" ? 1 : 0;
            calls += Calls(message);
            last = role;
        }

        if (calls != results) throw new BadModelRequestException("Not the same number of function calls and responses");
        var final = messages[messages.GetArrayLength() - 1];
        if (last is "assistant" or "system" && !Fields.Flag(final, "prefix"))
            throw new BadModelRequestException($"Expected last role User or Tool (or Assistant with prefix True) for serving but got {last}");
    }

    private static int Calls(JsonElement message)
    {
        if (!message.TryGetProperty("tool_calls", out var calls) || calls.ValueKind != JsonValueKind.Array) return 0;
        foreach (var call in calls.EnumerateArray()) Id(Fields.Text(call, "id"));
        return calls.GetArrayLength();
    }

    private static void Id(string id)
    {
        if (id.Length != 9 || !id.All(char.IsAsciiLetterOrDigit))
            throw new BadModelRequestException($"Tool call id was {id} but must be a-z, A-Z, 0-9, with a length of 9.");
    }
}
