using System.Text.Json;

namespace Steward.Knowledge.Articles;

/// <summary>One version of an article.</summary>
/// <param name="Id">This version.</param>
/// <param name="SourceId">The source it was read from.</param>
/// <param name="SeriesId">The id of its first version; all versions share it.</param>
/// <param name="Version">1 for the first.</param>
/// <param name="Supersedes">The version before it.</param>
/// <param name="Current">Whether it is the version that answers.</param>
/// <param name="Kind">What it is for.</param>
/// <param name="Category">The tenant's own category.</param>
/// <param name="Tags">The tenant's own tags.</param>
/// <param name="Keywords">Words that customers use for it; searched like its title.</param>
/// <param name="Priority">0 to 100; higher comes first among results that are otherwise equal.</param>
/// <param name="Active">An article switched off is not found.</param>
/// <param name="Language">A BCP 47 tag.</param>
/// <param name="ValidFrom">From when on it is true.</param>
/// <param name="ValidTo">Until when, exclusive.</param>
/// <param name="Metadata">Anything, as a JSON object.</param>
/// <param name="Title">Its title, or its question.</param>
/// <param name="Url">Where a reader finds it.</param>
/// <param name="Text">Its whole text; left out in lists.</param>
/// <param name="Passages">How many passages it was cut into.</param>
/// <param name="Revision">Raised by every edit; the ETag.</param>
/// <param name="CreatedAt">When it was read.</param>
/// <param name="UpdatedAt">When it was edited last.</param>
/// <param name="SupersededAt">When a newer version, or its absence from the newest content, took it out of use.</param>
public sealed record ArticleView(
    Guid Id,
    Guid SourceId,
    Guid SeriesId,
    int Version,
    Guid? Supersedes,
    bool Current,
    ArticleKind Kind,
    string? Category,
    IReadOnlyList<string> Tags,
    IReadOnlyList<string> Keywords,
    int Priority,
    bool Active,
    string? Language,
    DateTimeOffset? ValidFrom,
    DateTimeOffset? ValidTo,
    JsonElement Metadata,
    string Title,
    string? Url,
    string? Text,
    int Passages,
    int Revision,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? SupersededAt);
