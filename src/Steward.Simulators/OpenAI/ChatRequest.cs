using System.Text.Json;

namespace Steward.Simulators.OpenAI;

/// <summary>Reads the body of <c>POST /v1/chat/completions</c>.</summary>
internal static class ChatRequest
{
    public static ModelRequest Read(JsonElement root)
    {
        var request = new ModelRequest { Model = Fields.Text(root, "model") };
        if (!root.TryGetProperty("messages", out var messages) || messages.ValueKind != JsonValueKind.Array || messages.GetArrayLength() == 0)
        {
            throw new BadModelRequestException("Missing required parameter: 'messages'.");
        }

        foreach (var message in messages.EnumerateArray())
        {
            var role = Fields.Text(message, "role");
            request.Messages.Add((role == "developer" ? "system" : role, Fields.Content(message)));
        }

        request.Stream = Fields.Flag(root, "stream");
        request.IncludeUsage = root.TryGetProperty("stream_options", out var options) && Fields.Flag(options, "include_usage");
        request.MaxTokens = Fields.Number(root, "max_completion_tokens") ?? Fields.Number(root, "max_tokens");
        if (root.TryGetProperty("tools", out var tools) && tools.ValueKind == JsonValueKind.Array)
        {
            request.ToolTokens = (tools.GetRawText().Length + 3) / 4;
            foreach (var tool in tools.EnumerateArray())
            {
                if (tool.TryGetProperty("function", out var function)) request.Tools.Add(Fields.Text(function, "name"));
            }
        }

        if (root.TryGetProperty("tool_choice", out var choice))
        {
            if (choice.ValueKind == JsonValueKind.Object && choice.TryGetProperty("function", out var forced))
            {
                request.ForcedTool = Fields.Text(forced, "name");
            }
            else if (choice.ValueKind == JsonValueKind.String && choice.ValueEquals("required") && request.Tools.Count > 0)
            {
                request.ForcedTool = request.Tools[0];
            }
        }

        return request;
    }
}
