namespace Steward.Models.Wires.OpenAi;

/// <summary>How a provider departs from the chat wire of OpenAI.</summary>
/// <param name="AsksForUsage">Usage of a stream comes only when <c>stream_options</c> asks; other servers send it anyway, and some refuse the field.</param>
/// <param name="CompletionTokens">Reasoning models take <c>max_completion_tokens</c> in place of <c>max_tokens</c>.</param>
/// <param name="AnyTool">The word for "must call some tool".</param>
internal sealed record OpenAiDialect(bool AsksForUsage = true, bool CompletionTokens = false, string AnyTool = "required")
{
    /// <summary>Whether a request of an OpenAI client may pass as it is. Where the server is stricter than OpenAI, requests are written anew.</summary>
    public bool Verbatim { get; init; } = true;

    /// <summary>Takes <c>prompt_cache_key</c>, by which calls that begin alike are sent to where their prefix lies.</summary>
    public bool CacheKey { get; init; }

    public string Seed { get; init; } = "seed";

    /// <summary>Brings messages into the order and form the server insists on.</summary>
    public Action<WireRequest>? Arrange { get; init; }

    /// <summary>Mistral's own guard in front of the prompt, for every call or where a call asks for it.</summary>
    public bool? SafePrompt { get; init; }
}
