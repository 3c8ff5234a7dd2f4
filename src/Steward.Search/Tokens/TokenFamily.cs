namespace Steward.Search.Tokens;

/// <summary>Tokenisers that are estimated alike.</summary>
public enum TokenFamily : byte
{
    /// <summary>An unknown tokeniser: the dearest of the known ones for each kind of text.</summary>
    Generic,

    /// <summary>OpenAI models on the <c>cl100k_base</c> vocabulary (GPT-4, GPT-3.5, <c>text-embedding-3</c>).</summary>
    OpenAiCl100k,

    /// <summary>OpenAI models on the <c>o200k_base</c> vocabulary (GPT-4o and later).</summary>
    OpenAiO200k,

    /// <summary>Claude models.</summary>
    Anthropic,
}
