using System.Globalization;
using System.Text.Json;
using Steward.Knowledge.Articles;
using Steward.Knowledge.Extraction;
using Steward.Platform.Sealing;

namespace Steward.Knowledge.Ingestion;

/// <summary>The current version of an article, as far as deciding needs it.</summary>
internal sealed record CurrentArticle(
    Guid Id, Guid Series, int Version, string MatchHash, string ContentHash, ArticleSettings Settings);

/// <summary>What people may set on an article; a new version inherits what its source does not say.</summary>
internal sealed record ArticleSettings(
    ArticleKind Kind, string? Category, IReadOnlyList<string> Tags, IReadOnlyList<string> Keywords, int Priority, bool Active, string? Language,
    DateTimeOffset? ValidFrom, DateTimeOffset? ValidTo, string Metadata)
{
    public static readonly ArticleSettings Default = new(ArticleKind.Document, null, [], [], 0, true, null, null, null, "{}");
}

/// <summary>A new version to be stored.</summary>
internal sealed record StagedArticle(
    Guid Id, int Ordinal, Guid Series, int Version, Guid? Supersedes, ExtractedArticle Extracted, ArticleSettings Settings, byte[] MatchHash, byte[] ContentHash);

/// <summary>Which articles of a source are new versions and which stay as they are.</summary>
internal sealed record ArticlePlan(IReadOnlyList<StagedArticle> Staged, IReadOnlyList<(Guid Id, int Ordinal)> Kept)
{
    /// <summary>Articles are matched by their title in files of many, and are each other's versions in files of one.</summary>
    public static ArticlePlan Decide(IReadOnlyList<ExtractedArticle> extracted, IReadOnlyList<CurrentArticle> current, TenantSealer sealer, bool force)
    {
        var byMatch = current.ToDictionary(article => article.MatchHash);
        var seen = new Dictionary<string, int>();
        var staged = new List<StagedArticle>();
        var kept = new List<(Guid, int)>();
        for (var ordinal = 0; ordinal < extracted.Count; ordinal++)
        {
            var article = extracted[ordinal];
            var key = extracted.Count == 1 && current.Count <= 1 && article.Kind != ArticleKind.Faq ? "the one" : article.Title.ToUpperInvariant();
            var repeated = seen[key] = seen.GetValueOrDefault(key) + 1;
            var match = sealer.IndexHash("knowledge.article", string.Create(CultureInfo.InvariantCulture, $"{repeated}/{key}"));
            var content = sealer.IndexHash("knowledge.article_content", Fingerprint(article));
            var before = byMatch.GetValueOrDefault(Convert.ToHexString(match));
            if (!force && before is not null && before.ContentHash == Convert.ToHexString(content))
            {
                kept.Add((before.Id, ordinal));
                continue;
            }

            var id = Guid.CreateVersion7();
            staged.Add(new StagedArticle(
                id, ordinal, before?.Series ?? id, (before?.Version ?? 0) + 1, before?.Id, article, Inherit(article, before?.Settings), match, content));
        }

        return new ArticlePlan(staged, kept);
    }

    private static ArticleSettings Inherit(ExtractedArticle article, ArticleSettings? before)
    {
        var said = article.Attributes;
        var old = before ?? ArticleSettings.Default with { Kind = article.Kind };
        return old with
        {
            Category = said.Category ?? old.Category,
            Tags = said.Tags ?? old.Tags,
            Keywords = said.Keywords ?? old.Keywords,
            Language = said.Language ?? old.Language,
            Priority = Math.Clamp(said.Priority ?? old.Priority, 0, 100),
            ValidFrom = said.ValidFrom ?? old.ValidFrom,
            ValidTo = said.ValidTo ?? old.ValidTo,
        };
    }

    private static string Fingerprint(ExtractedArticle article) =>
        $"{article.Title}\n{article.Kind}\n{JsonSerializer.Serialize(article.Attributes)}\n{ArticleBody.Write(article.Body)}";
}
