using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Steward.Knowledge.Articles;
using Steward.Knowledge.Extraction;
using Steward.Knowledge.Searching;
using Steward.Platform.Access;
using Steward.Platform.Paging;
using Steward.Platform.Problems;

namespace Steward.Knowledge.Http;

internal static class ArticleEndpoints
{
    private const string Articles = "knowledge.articles";
    private const int MaxQuestion = 2000;

    public static async Task<Ok<Page<ArticleView>>> ListAsync(
        HttpContext http, KnowledgeArticles articles, string? cursor, int? limit, Guid? sourceId, string? kind, string? category, CancellationToken ct)
    {
        var size = Page.Size(limit);
        var wanted = Query.Name<ArticleKind>(kind, "kind") is { } known ? Names.Of(known) : null;
        var rows = await articles.ListAsync(http.Caller().Tenant, Query.Cursor(Articles, cursor), sourceId, wanted, category, size + 1, ct);
        return TypedResults.Ok(Page.Of(rows, size, article => Cursors.Of(Articles, article.CreatedAt, article.Id)));
    }

    public static async Task<Results<Ok<ArticleView>, ProblemHttpResult>> GetAsync(HttpContext http, Guid id, KnowledgeArticles articles, CancellationToken ct)
    {
        if (await articles.FindAsync(http.Caller().Tenant, id, ct) is not { } article)
            return NotFound();
        http.SetETag(article.Revision);
        return TypedResults.Ok(article);
    }

    public static async Task<Results<Ok<Page<ArticleView>>, ProblemHttpResult>> VersionsAsync(HttpContext http, Guid id, KnowledgeArticles articles, CancellationToken ct) =>
        await articles.VersionsAsync(http.Caller().Tenant, id, ct) is { Count: > 0 } versions
            ? TypedResults.Ok(new Page<ArticleView>(versions, null))
            : NotFound();

    public static async Task<Results<Ok<ArticleView>, ProblemHttpResult>> EditAsync(
        HttpContext http, Guid id, JsonElement patch, KnowledgeArticles articles, CancellationToken ct)
    {
        var (article, stale) = await articles.EditAsync(http.Caller().Tenant, id, http.ExpectedVersions(), patch, ct);
        if (stale)
            return IfMatch.Failed();
        if (article is null)
            return NotFound();
        http.SetETag(article.Revision);
        return TypedResults.Ok(article);
    }

    public static async Task<Ok<SearchAnswer>> SearchAsync(
        HttpContext http, IKnowledgeSearch search, string? q, int? k, string? kind, string? category, string? language, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(q) || q.Length > MaxQuestion)
            throw new SourceRejectedException("knowledge.question_invalid", $"q must have 1 to {MaxQuestion} characters.", 400);
        if (k is < 1 or > 50)
            throw new SourceRejectedException("request.parameter", "k must be from 1 to 50.", 400);
        var kinds = List(kind)?.Select(name => Query.Name<ArticleKind>(name, "kind")!.Value).ToArray();
        var found = await search.SearchAsync(
            http.Caller().Tenant, new KnowledgeQuery(q) { K = k ?? 5, Kinds = kinds, Categories = List(category), Languages = List(language) }, ct);
        return TypedResults.Ok(new SearchAnswer(
            [.. found.Passages.Select(passage => new SearchAnswerItem(
                passage.Id, passage.ArticleId, passage.SourceId, passage.Kind, passage.Title, passage.Headings, passage.Url, passage.Text, passage.Score, passage.Stages))],
            found.Answerable, found.Answerability, found.MissingTerms));
    }

    private static string[]? List(string? value) =>
        string.IsNullOrWhiteSpace(value) ? null : value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static ProblemHttpResult NotFound() => Problem.Of(404, "knowledge.article_not_found", "There is no such article, or it belongs to someone else.");
}
