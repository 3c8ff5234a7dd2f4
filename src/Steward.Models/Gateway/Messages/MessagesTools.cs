using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Steward.Models.Gateway.Messages;

/// <summary>Tools and their choice in a request of the messages wire.</summary>
internal static class MessagesTools
{
    public static void Read(JsonElement root, ChatOptions options)
    {
        if (!root.TryGetProperty("tools", out var tools) || tools.ValueKind == JsonValueKind.Null) return;
        if (tools.ValueKind != JsonValueKind.Array) throw new JsonException("'tools' must be an array.");
        options.Tools = [.. tools.EnumerateArray().Select(tool => (AITool)Tool(tool))];
        if (!root.TryGetProperty("tool_choice", out var choice) || choice.ValueKind == JsonValueKind.Null) return;
        options.ToolMode = MessagesRequest.Text(choice, "type") switch
        {
            "auto" => ChatToolMode.Auto,
            "any" => ChatToolMode.RequireAny,
            "none" => ChatToolMode.None,
            "tool" => ChatToolMode.RequireSpecific(MessagesRequest.Text(choice, "name") ?? throw new JsonException("'tool_choice' names a tool.")),
            _ => throw new JsonException("'tool_choice.type' is auto, any, tool or none."),
        };
        if (choice.TryGetProperty("disable_parallel_tool_use", out var alone) && alone.ValueKind == JsonValueKind.True) options.AllowMultipleToolCalls = false;
    }

    private static Declared Tool(JsonElement tool)
    {
        if (MessagesRequest.Text(tool, "type") is { } type and not "custom") throw new JsonException($"The tool type '{type}' is known to Anthropic's own models only.");
        if (!tool.TryGetProperty("input_schema", out var schema)) throw new JsonException("A tool has an input_schema.");
        return new Declared(
            MessagesRequest.Text(tool, "name") ?? throw new JsonException("A tool has a name."), MessagesRequest.Text(tool, "description") ?? "", schema.Clone());
    }

    private sealed class Declared(string name, string description, JsonElement schema) : AIFunctionDeclaration
    {
        public override string Name => name;

        public override string Description => description;

        public override JsonElement JsonSchema => schema;
    }
}
