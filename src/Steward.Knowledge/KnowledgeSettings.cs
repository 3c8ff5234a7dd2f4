using Steward.Knowledge.Extraction;

namespace Steward.Knowledge;

/// <summary>Settings of the section <c>Knowledge</c>.</summary>
public sealed class KnowledgeSettings
{
    /// <summary>What one source may cost.</summary>
    public ExtractionLimits Limits { get; set; } = new();

    /// <summary>Size of a passage, tokens.</summary>
    public int PassageTokens { get; set; } = 1000;

    /// <summary>How much of a passage is repeated in the next, tokens.</summary>
    public int PassageOverlap { get; set; } = 200;

    /// <summary>Sources worked on at the same time by one node.</summary>
    public int Workers { get; set; } = 2;

    /// <summary>How long a node may be silent before another takes its source over.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How often a node looks for work that nobody told it of.</summary>
    public TimeSpan Look { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Attempts of one step before the source fails.</summary>
    public int Attempts { get; set; } = 4;

    /// <summary>Passages embedded in one call.</summary>
    public int EmbeddingBatch { get; set; } = 64;

    /// <summary>Memory for the indexes of all tenants of one node, bytes.</summary>
    public long IndexBytes { get; set; } = 1024L * 1024 * 1024;

    /// <summary>Memory for opened passages of all tenants of one node, bytes.</summary>
    public long PassageBytes { get; set; } = 64L * 1024 * 1024;

    /// <summary>How old a node's knowledge of its index's generation may become without a wake-up.</summary>
    public TimeSpan Recheck { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>From which answerability on a question counts as answerable from the passages found, 0 to 1.</summary>
    public double AnswerThreshold { get; set; } = 0.7;
}
