using System.Text.Json;
using System.Text.Json.Serialization;

namespace Steward.Simulators;

/// <summary>
/// What a <see cref="ModelSimulator"/> answers. Rules are tried in order; the first that matches and still applies at this call
/// number decides. When none does, <see cref="Default"/> answers with <see cref="Latency"/>.
/// </summary>
public sealed record Script
{
    public IReadOnlyList<Rule> Rules { get; init; } = [];

    public Answer Default { get; init; } = Answer.Passages;

    /// <summary>The pace of the default answer and of every rule that has none of its own. Instant when null.</summary>
    public Latency? Latency { get; init; }

    /// <summary>Reads a script in the form of <c>POST /_sim/script</c>. Unknown members are refused, so a typing error is seen.</summary>
    /// <exception cref="JsonException">The text is not a script.</exception>
    public static Script Parse(string json) =>
        JsonSerializer.Deserialize<Script>(json, ScriptJson.Options) ?? throw new JsonException("A script must be a JSON object.");

    public string ToJson() => JsonSerializer.Serialize(this, ScriptJson.Options);
}

/// <summary>One answer for the calls that match.</summary>
public sealed record Rule
{
    /// <summary>Shown with each recorded call.</summary>
    public string? Name { get; init; }

    /// <summary>Null matches every call.</summary>
    public Match? When { get; init; }

    /// <summary>
    /// The numbers (from 1, counted per rule) of the matching calls this rule answers; the others go to the rules below it.
    /// Null means all of them.
    /// </summary>
    public IReadOnlyList<int>? Calls { get; init; }

    /// <summary>Null means the script's default answer.</summary>
    public Answer? Answer { get; init; }

    public Latency? Latency { get; init; }

    public Fault? Fault { get; init; }
}

/// <summary>Conditions of a rule; all that are given must hold. Texts are regular expressions without regard to case.</summary>
public sealed record Match
{
    /// <summary>Against the text of the last user message, or of the whole input of an embedding call.</summary>
    public string? LastUser { get; init; }

    /// <summary>Against all system and developer text.</summary>
    public string? System { get; init; }

    public string? Model { get; init; }

    /// <summary>Against the path, such as <c>/v1/chat/completions</c>.</summary>
    public string? Path { get; init; }

    /// <summary>The role of the last message: <c>user</c>, <c>assistant</c> or <c>tool</c>.</summary>
    public string? LastRole { get; init; }

    /// <summary>The name of a request header whose value must match <see cref="HeaderValue"/> (any value when that is null).</summary>
    public string? Header { get; init; }

    public string? HeaderValue { get; init; }

    public bool? Stream { get; init; }
}

/// <summary>The pace of an answer, in milliseconds and in tokens (words) per second.</summary>
public sealed record Latency
{
    /// <summary>From the request's end to the response's headers.</summary>
    public double HeadersMs { get; init; }

    /// <summary>From the request's end to the first token.</summary>
    public double FirstTokenMs { get; init; }

    /// <summary>Zero means all tokens at once. An answer that is not streamed takes the same time in all.</summary>
    public double TokensPerSecond { get; init; }
}

internal static class ScriptJson
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        WriteIndented = true,
    };
}
