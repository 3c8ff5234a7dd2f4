namespace Steward.Models.Catalogue;

/// <summary>How a model takes system text.</summary>
internal enum SystemRole
{
    System,
    Developer,
    User,
}

/// <summary>What is known of a model. A model that no line describes has an assumed card: nothing is refused or dropped on its account.</summary>
/// <param name="Model">A name, or the beginning of names with <c>*</c> at the end; the longest match wins.</param>
/// <param name="Kind"><c>chat</c> or <c>embedding</c>.</param>
/// <param name="Context">The context window in tokens; of an embedding model, the longest input.</param>
/// <param name="MaxOutput">The longest answer in tokens.</param>
/// <param name="Source">Where it was read; null for an assumed card.</param>
internal sealed record ModelCard(string Provider, string Model, string Kind = "chat", int? Context = null, int? MaxOutput = null, string? Source = null)
{
    public bool Tools { get; init; } = true;
    public bool Vision { get; init; } = true;
    public bool Streaming { get; init; } = true;

    /// <summary>Whether an answer can be held to a JSON schema by the provider itself.</summary>
    public bool JsonSchema { get; init; } = true;

    /// <summary>Whether it thinks before it answers, and bills for it.</summary>
    public bool Reasoning { get; init; }

    /// <summary>The shortest prefix of a prompt, in tokens, that the provider keeps for the next call; null where it keeps none, or that is not known.</summary>
    public int? CacheMinimum { get; init; }

    public SystemRole System { get; init; }

    /// <summary>Request parameters, by their OpenAI names, that the model refuses.</summary>
    public IReadOnlyList<string> Refuses { get; init; } = [];

    public static ModelCard Assumed(string provider, string model) => new(provider, model);
}
