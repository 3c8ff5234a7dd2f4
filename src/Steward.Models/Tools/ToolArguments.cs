using System.Text.Json;
using Microsoft.Extensions.AI;
using Steward.Models.Schemas;

namespace Steward.Models;

/// <summary>What is wrong with a tool call.</summary>
public enum ToolFault
{
    /// <summary>Nothing: it may be run.</summary>
    None,

    /// <summary>No tool of this name was offered.</summary>
    UnknownTool,

    /// <summary>The arguments are JSON, but not of the tool's schema.</summary>
    ArgumentsMismatch,
}

/// <summary>A tool call after it was checked.</summary>
/// <param name="Violations">Each departure from the schema, at most 20; empty unless the fault is <see cref="ToolFault.ArgumentsMismatch"/>.</param>
public sealed record CheckedCall(FunctionCallContent Call, ToolFault Fault, IReadOnlyList<SchemaViolation> Violations)
{
    public bool Accepted => Fault == ToolFault.None;

    /// <summary>The result that tells the model what to change, so that it can call again. Nothing was run.</summary>
    public FunctionResultContent Refusal() => new(Call.CallId, Fault == ToolFault.UnknownTool
        ? $"There is no tool named '{Call.Name}'. Nothing was done."
        : $"The arguments do not fit the tool. Nothing was done. Change them and call again:\n{string.Join('\n', Violations)}");
}

/// <summary>Holds tool calls to what was offered. Arguments that do not even parse never get here: such an answer has failed as a whole
/// (<see cref="FailureKind.Truncated"/>).</summary>
public static class ToolArguments
{
    public static CheckedCall Check(IEnumerable<AITool> tools, FunctionCallContent call)
    {
        if (tools.OfType<AIFunctionDeclaration>().FirstOrDefault(tool => tool.Name == call.Name) is not { } offered)
            return new CheckedCall(call, ToolFault.UnknownTool, []);
        var arguments = JsonSerializer.SerializeToElement(call.Arguments ?? new Dictionary<string, object?>());
        var violations = SchemaValidator.Check(offered.JsonSchema, arguments);
        return new CheckedCall(call, violations.Count == 0 ? ToolFault.None : ToolFault.ArgumentsMismatch, violations);
    }
}
