using Steward.Search.Tokens;

namespace Steward.Search.Chunking;

/// <summary>What the size of a chunk is measured in.</summary>
public enum ChunkUnit : byte
{
    /// <summary>Estimated tokens.</summary>
    Tokens,

    /// <summary>UTF-16 characters.</summary>
    Characters,
}

/// <summary>How a document is cut.</summary>
/// <param name="Size">The most a chunk may measure; at least 8.</param>
/// <param name="Overlap">How much of the end of a chunk is repeated at the start of the next one of the same section; less than the size.</param>
/// <param name="Unit">What both are measured in.</param>
/// <param name="BreakAtHeadings">True when a heading always starts a new chunk, so that a chunk never mixes sections.</param>
/// <param name="Family">Whose tokens are estimated.</param>
public sealed record ChunkSettings(
    int Size = 1000,
    int Overlap = 200,
    ChunkUnit Unit = ChunkUnit.Tokens,
    bool BreakAtHeadings = true,
    TokenFamily Family = TokenFamily.OpenAiCl100k)
{
    /// <summary>1,000 tokens with 200 of overlap.</summary>
    public static ChunkSettings Default { get; } = new();

    /// <summary>1,000 characters with 200 of overlap: short passages for catalogues and deal sheets.</summary>
    public static ChunkSettings Characters { get; } = new(1000, 200, ChunkUnit.Characters);
}

/// <summary>One passage cut from a document.</summary>
/// <param name="Text">Exactly the characters from <paramref name="Start"/> to <paramref name="End"/> of the document's text.</param>
/// <param name="Headings">The headings above the start of the chunk, outermost first.</param>
/// <param name="Start">Where it starts, in UTF-16 units.</param>
/// <param name="End">Where it ends (exclusive).</param>
/// <param name="Overlap">How many characters at its start were already the end of the chunk before.</param>
/// <param name="Tokens">Its estimated tokens, whatever the unit of the size.</param>
public sealed record TextChunk(string Text, IReadOnlyList<string> Headings, int Start, int End, int Overlap, int Tokens);
