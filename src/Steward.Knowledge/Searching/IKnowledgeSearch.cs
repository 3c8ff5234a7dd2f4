using Steward.Knowledge.Articles;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Knowledge.Searching;

/// <summary>Searches a tenant's published knowledge: exactly what the assistant sees.</summary>
public interface IKnowledgeSearch
{
    /// <summary>
    /// The best passages with their text. No round trip to the database when the index is loaded and the passages were shown
    /// lately, else one. Throws <see cref="Platform.Sealing.UnknownTenantException"/> for a tenant that does not exist.
    /// </summary>
    Task<KnowledgeResult> SearchAsync(TenantId tenant, KnowledgeQuery query, CancellationToken ct);

    /// <summary>
    /// The same in two parts, for a caller with a batch of its own: find, append what must be read to the batch, and take the
    /// result after it was sent.
    /// </summary>
    Task<FoundPassages> FindAsync(TenantId tenant, KnowledgeQuery query, CancellationToken ct);
}

/// <summary>A question and which passages may answer it.</summary>
/// <param name="Text">The words of the question; what is over 4,000 characters is not read.</param>
public sealed record KnowledgeQuery(string Text)
{
    /// <summary>How many passages are wanted, 1 to 50.</summary>
    public int K { get; init; } = 5;

    /// <summary>The kinds of entry allowed; null allows all.</summary>
    public IReadOnlyCollection<ArticleKind>? Kinds { get; init; }

    /// <summary>The categories allowed; null allows all.</summary>
    public IReadOnlyCollection<string>? Categories { get; init; }

    /// <summary>The language tags allowed, besides entries without a language; null allows all.</summary>
    public IReadOnlyCollection<string>? Languages { get; init; }

    /// <summary>The time for which entries must be valid; null is now.</summary>
    public DateTimeOffset? At { get; init; }
}

/// <summary>One passage found.</summary>
/// <param name="Id">The passage.</param>
/// <param name="ArticleId">The version of the article it is of.</param>
/// <param name="SourceId">The source of the article.</param>
/// <param name="Kind">What the article is for.</param>
/// <param name="Title">The article's title; for questions and answers the question.</param>
/// <param name="Headings">The headings above the passage, joined by " &gt; "; empty when there are none.</param>
/// <param name="Url">Where a reader finds it, when the source says.</param>
/// <param name="Text">The passage.</param>
/// <param name="Tokens">Its estimated tokens.</param>
/// <param name="Score">The fused score the passages are ordered by; comparable within one result only.</param>
/// <param name="Stages">What each stage said.</param>
public sealed record KnowledgePassage(
    Guid Id, Guid ArticleId, Guid SourceId, ArticleKind Kind, string Title, string Headings, string? Url, string Text, int Tokens, double Score, PassageStages Stages);

/// <summary>Why a passage was found.</summary>
/// <param name="Words">BM25 score and place in the search by words, when it was there.</param>
/// <param name="Vectors">Cosine and place in the search by vectors, when it was there.</param>
/// <param name="Coverage">The share of the question's content words the passage has, by weight, 0 to 1.</param>
public sealed record PassageStages(PassageStage? Words, PassageStage? Vectors, double Coverage);

/// <summary>A stage's own score and the place it gave, from 1.</summary>
public sealed record PassageStage(double Score, int Rank);

/// <summary>What a search found.</summary>
/// <param name="Passages">Best first.</param>
/// <param name="Answerability">0 to 1: how likely the passages answer the question.</param>
/// <param name="Answerable">Whether that reaches the threshold <c>Knowledge:AnswerThreshold</c>.</param>
/// <param name="MissingTerms">Content words of the question that the best passage does not have, heaviest first.</param>
public sealed record KnowledgeResult(IReadOnlyList<KnowledgePassage> Passages, double Answerability, bool Answerable, IReadOnlyList<string> MissingTerms);
