using Steward.Search.Ranks;

namespace Steward.Search.Hybrid;

/// <summary>A question to an index.</summary>
/// <param name="Text">The words asked.</param>
public sealed record SearchQuery(string Text)
{
    /// <summary>The embedding of the question, or empty to search by words only.</summary>
    public ReadOnlyMemory<float> Vector { get; init; }

    /// <summary>The model that made <see cref="Vector"/>; only passages with vectors of the same model are compared.</summary>
    public string? VectorModel { get; init; }

    /// <summary>Which passages may be found.</summary>
    public SearchFilter Filter { get; init; } = SearchFilter.None;

    /// <summary>How many results are wanted.</summary>
    public int Take { get; init; } = 5;
}

/// <summary>Which passages may be found; null allows all.</summary>
public sealed record SearchFilter
{
    /// <summary>Allows every passage, at any time.</summary>
    public static SearchFilter None { get; } = new();

    /// <summary>The kinds of entry allowed.</summary>
    public IReadOnlyCollection<string>? Kinds { get; init; }

    /// <summary>The categories allowed.</summary>
    public IReadOnlyCollection<string>? Categories { get; init; }

    /// <summary>The language tags allowed, exactly as they were indexed; passages without one are always allowed.</summary>
    public IReadOnlyCollection<string>? Languages { get; init; }

    /// <summary>Only passages that are valid at this time; null asks for no validity.</summary>
    public DateTimeOffset? ValidAt { get; init; }
}

/// <summary>How the stages are weighed.</summary>
public sealed record SearchSettings
{
    /// <summary>The defaults.</summary>
    public static SearchSettings Default { get; } = new();

    /// <summary>The constants of the search by words.</summary>
    public Bm25Settings Bm25 { get; init; } = Bm25Settings.Default;

    /// <summary>How many results of each stage are fused.</summary>
    public int Candidates { get; init; } = 50;

    /// <summary>The constant of reciprocal rank fusion.</summary>
    public int FusionK { get; init; } = RankFusion.DefaultK;

    /// <summary>The weight of the ranking by words.</summary>
    public double WordWeight { get; init; } = 1;

    /// <summary>The weight of the ranking by vectors of an embedder that knows meaning.</summary>
    public double VectorWeight { get; init; } = 0.7;

    /// <summary>
    /// The weight of the ranking by vectors of <c>steward-hash</c>. Spelling is what words match by already: it finds what no word
    /// finds and settles what the words leave nearly equal, but never lifts a passage over one that has a rare word of the question.
    /// </summary>
    public double SpellingWeight { get; init; } = 0.02;

    /// <summary>
    /// The cosine from which on a passage counts as saying what the question asks in other words, for an embedder that knows meaning
    /// (about 0.6 for <c>text-embedding-3-small</c>). Null, the default, gives the cosine no say: <c>steward-hash</c> knows spelling only.
    /// </summary>
    public double? MeaningfulCosine { get; init; }
}

/// <summary>What one stage said about a passage.</summary>
/// <param name="Score">The stage's own score: BM25, or the cosine.</param>
/// <param name="Rank">Its place in that stage, from 1.</param>
public sealed record StageScore(double Score, int Rank);

/// <summary>One passage found.</summary>
public sealed record SearchHit
{
    /// <summary>The passage.</summary>
    public required Guid PassageId { get; init; }

    /// <summary>Its article.</summary>
    public required Guid ArticleId { get; init; }

    /// <summary>Its source.</summary>
    public required Guid SourceId { get; init; }

    /// <summary>Its kind of entry.</summary>
    public required string Kind { get; init; }

    /// <summary>Its category, if any.</summary>
    public string? Category { get; init; }

    /// <summary>Its language, if known.</summary>
    public string? Language { get; init; }

    /// <summary>Its priority.</summary>
    public int Priority { get; init; }

    /// <summary>The fused score that the results are ordered by.</summary>
    public required double Score { get; init; }

    /// <summary>The search by words, when it was among that stage's candidates.</summary>
    public StageScore? Words { get; init; }

    /// <summary>The search by vectors, when it was among that stage's candidates.</summary>
    public StageScore? Vectors { get; init; }

    /// <summary>The share of the question's content words that this passage has, by their weight, 0 to 1.</summary>
    public double Coverage { get; init; }
}

/// <summary>What a search found.</summary>
/// <param name="Hits">The passages, best first.</param>
/// <param name="Answerability">0 to 1: how likely the passages answer the question; see <see cref="HybridSearch"/>.</param>
/// <param name="MissingTerms">Content terms of the question that the passage judged best does not have, heaviest first.</param>
public sealed record SearchResult(IReadOnlyList<SearchHit> Hits, double Answerability, IReadOnlyList<string> MissingTerms);
