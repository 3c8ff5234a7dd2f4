using System.Text.Json;
using Microsoft.Extensions.AI;
using Steward.Models.Schemas;

namespace Steward.Models;

/// <summary>An answer of a given form.</summary>
/// <param name="Value">Valid against the schema.</param>
/// <param name="Calls">The calls it took, the last one giving the value; each has been paid for.</param>
public sealed record StructuredAnswer(JsonElement Value, IReadOnlyList<CallResult> Calls);

/// <summary>Answers held to a JSON schema, on any provider: by its own means where it has them, by a tool or in words where it has not, and always
/// checked afterwards. An answer that departs is shown to the model with what is wrong, a bounded number of times.</summary>
public static class StructuredOutput
{
    /// <param name="schema">A JSON schema whose value is an object.</param>
    /// <param name="attempts">Most answers asked for, 1 to 5.</param>
    /// <exception cref="ArgumentException"><paramref name="schema"/> is not a schema.</exception>
    /// <exception cref="ModelFailedException">A call failed; or, as <see cref="FailureKind.SchemaMismatch"/>, no answer had the form.</exception>
    public static async Task<StructuredAnswer> GetStructuredAsync(
        this IChatClient client, IEnumerable<ChatMessage> messages, JsonElement schema, ChatOptions? options = null, int attempts = 2,
        CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(attempts, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(attempts, 5);
        if (SchemaShape.Fault(schema) is { } fault) throw new ArgumentException(fault, nameof(schema));
        var asked = options?.Clone() ?? new ChatOptions();
        asked.ResponseFormat = ChatResponseFormat.ForJsonSchema(schema, "answer");
        var history = messages.ToList();
        var calls = new List<CallResult>(attempts);
        for (var attempt = 1; ; attempt++)
        {
            var response = await client.GetResponseAsync(history, asked, cancellationToken);
            if (CallResult.Of(response) is { } call) calls.Add(call);
            var (value, violations) = Read(response, schema);
            if (violations.Count == 0) return new StructuredAnswer(value, calls);
            if (attempt == attempts) throw new ModelFailedException(FailureKind.SchemaMismatch, "No answer of the model had the form that was asked for.");
            history.Add(new ChatMessage(ChatRole.Assistant, response.Text.Length == 0 ? "{}" : response.Text));
            history.Add(new ChatMessage(ChatRole.User,
                $"That does not have the form that was asked for. Answer again, with the whole JSON object and nothing else:\n{string.Join('\n', violations)}"));
        }
    }

    private static (JsonElement Value, IReadOnlyList<SchemaViolation> Violations) Read(ChatResponse response, JsonElement schema)
    {
        if (response.FinishReason == ChatFinishReason.Length) return (default, [new SchemaViolation("", "was too long and is cut off; answer more briefly.")]);
        try
        {
            using var document = JsonDocument.Parse(Unfenced(response.Text));
            var value = document.RootElement.Clone();
            return (value, SchemaValidator.Check(schema, value));
        }
        catch (JsonException)
        {
            return (default, [new SchemaViolation("", "is not JSON.")]);
        }
    }

    // Models that are told the form in words like to put a fence around it.
    private static string Unfenced(string text)
    {
        var trimmed = text.Trim();
        if (!trimmed.StartsWith("```", StringComparison.Ordinal) || !trimmed.EndsWith("```", StringComparison.Ordinal)) return trimmed;
        var line = trimmed.IndexOf('\n', StringComparison.Ordinal);
        return line < 0 ? trimmed : trimmed[(line + 1)..^3];
    }
}
