using System.Text.Json;

namespace Steward.Simulators.Anthropic;

/// <summary>Reads the body of <c>POST /v1/messages</c>.</summary>
internal static class MessagesRequest
{
    public static ModelRequest Read(JsonElement root, bool needsMaxTokens)
    {
        var request = new ModelRequest { Model = Fields.Text(root, "model"), IncludeUsage = true };
        request.MaxTokens = Fields.Number(root, "max_tokens");
        if (needsMaxTokens && request.MaxTokens is not > 0) throw new BadModelRequestException("max_tokens: Field required");
        if (root.TryGetProperty("system", out var system)) request.Messages.Add(("system", Fields.Flatten(system)));
        if (!root.TryGetProperty("messages", out var messages) || messages.ValueKind != JsonValueKind.Array || messages.GetArrayLength() == 0)
        {
            throw new BadModelRequestException("messages: at least one message is required");
        }

        foreach (var message in messages.EnumerateArray())
        {
            var role = Fields.Text(message, "role");
            if (role is not ("user" or "assistant" or "system")) throw new BadModelRequestException("messages.role: Input should be 'user' or 'assistant'");
            request.Messages.Add((IsToolResult(message) ? "tool" : role, Fields.Content(message)));
        }

        request.Stream = Fields.Flag(root, "stream");
        if (root.TryGetProperty("tools", out var tools) && tools.ValueKind == JsonValueKind.Array)
        {
            foreach (var tool in tools.EnumerateArray()) request.Tools.Add(Fields.Text(tool, "name"));
            request.ToolTokens = (tools.GetRawText().Length + 3) / 4;
        }

        if (root.TryGetProperty("tool_choice", out var choice) && choice.TryGetProperty("type", out var type))
        {
            if (type.ValueEquals("tool")) request.ForcedTool = Fields.Text(choice, "name");
            else if (type.ValueEquals("any") && request.Tools.Count > 0) request.ForcedTool = request.Tools[0];
        }

        return request;
    }

    private static bool IsToolResult(JsonElement message)
    {
        if (!message.TryGetProperty("content", out var content) || content.ValueKind != JsonValueKind.Array) return false;
        foreach (var part in content.EnumerateArray())
        {
            if (part.TryGetProperty("type", out var type) && type.ValueEquals("tool_result")) return true;
        }

        return false;
    }
}
