using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Steward.Models.Wires;

/// <summary>Tool arguments and results as the text that wires carry, and back.</summary>
internal static class ToolText
{
    private const string SignatureKey = "steward.signature";

    /// <summary>What the provider of a call wants to see again beside it, or null.</summary>
    public static string? Signature(FunctionCallContent call) =>
        call.AdditionalProperties?.TryGetValue(SignatureKey, out var value) == true ? value as string : null;

    public static string Of(FunctionResultContent result) => result.Result switch
    {
        null => "",
        string text => text,
        JsonElement element => element.GetRawText(),
        var value => JsonSerializer.Serialize(value),
    };

    public static string Arguments(FunctionCallContent call) =>
        call.Arguments is { Count: > 0 } arguments ? JsonSerializer.Serialize(arguments) : "{}";

    /// <summary>A whole tool call of a reader as content; its arguments are known to parse.</summary>
    public static FunctionCallContent Call(WireToolCall call)
    {
        var arguments = new Dictionary<string, object?>(StringComparer.Ordinal);
        if (call.Arguments.WrittenCount > 0)
        {
            using var document = JsonDocument.Parse(call.Arguments.WrittenMemory);
            foreach (var property in document.RootElement.EnumerateObject()) arguments[property.Name] = property.Value.Clone();
        }

        var content = new FunctionCallContent(call.Id, call.Name, arguments);
        if (call.Signature is not null) content.AdditionalProperties = new AdditionalPropertiesDictionary { [SignatureKey] = call.Signature };
        return content;
    }
}
