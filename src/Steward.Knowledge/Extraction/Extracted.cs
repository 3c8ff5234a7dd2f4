using Steward.Knowledge.Articles;
using Steward.Search.Chunking;

namespace Steward.Knowledge.Extraction;

/// <summary>One article read from a source: most sources are one, a file of questions and answers is one per row.</summary>
internal sealed record ExtractedArticle(string Title, ArticleKind Kind, StructuredText Body, ExtractedAttributes Attributes);

/// <summary>What the source itself says about an article; null where it says nothing.</summary>
internal sealed record ExtractedAttributes
{
    public static readonly ExtractedAttributes None = new();

    public string? Category { get; init; }

    public IReadOnlyList<string>? Tags { get; init; }

    public IReadOnlyList<string>? Keywords { get; init; }

    public string? Language { get; init; }

    public int? Priority { get; init; }

    public DateTimeOffset? ValidFrom { get; init; }

    public DateTimeOffset? ValidTo { get; init; }

    public string? Url { get; init; }
}

/// <summary>What an extractor is given. The stream is seekable.</summary>
internal sealed record ExtractionInput(SourceFormat Format, Stream Content, string? Title, ArticleKind Kind = ArticleKind.Document);

/// <summary>Figures a person watches: pages, rows. Total is null while unknown.</summary>
internal delegate void ExtractionProgress(int done, int? total);
