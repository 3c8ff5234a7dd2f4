using System.Text.Json;
using Steward.Knowledge.Articles;
using Steward.Knowledge.Extraction;
using Steward.Knowledge.Searching;
using Steward.Testing;

namespace Steward.Knowledge.Tests.Ingestion;

public sealed class ArticleEditTests(PostgresServer server)
{
    private const string Questions = "question,answer\nDo you repair kettles?,Yes we repair kettles.\nDo you sell kettles?,We sell kettles and pans.\n";

    [Fact]
    public async Task An_article_switched_off_is_not_found_until_it_is_switched_on()
    {
        await using var kit = await Kit.CreateAsync(server);
        var source = await kit.AddTextAsync("FAQ", Questions, SourceFormat.Csv);
        var article = await OneAsync(kit, source.Id, "Do you repair");
        await EditAsync(kit, article.Id, """{"active":false}""");
        (await kit.AskAsync("repair kettles")).Passages.ShouldAllBe(passage => passage.ArticleId != article.Id);
        await EditAsync(kit, article.Id, """{"active":true}""");
        (await kit.AskAsync("repair kettles")).Passages[0].ArticleId.ShouldBe(article.Id);
    }

    [Fact]
    public async Task Edited_keywords_category_and_validity_count_in_the_next_search()
    {
        await using var kit = await Kit.CreateAsync(server);
        var source = await kit.AddTextAsync("FAQ", Questions, SourceFormat.Csv);
        var article = await OneAsync(kit, source.Id, "Do you repair");
        await EditAsync(kit, article.Id, """{"keywords":["mending"],"category":"workshop","validTo":"2030-01-01T00:00:00Z"}""");
        (await kit.AskAsync("mending")).Passages[0].ArticleId.ShouldBe(article.Id);
        var inShop = await kit.Search.SearchAsync(kit.Tenant, new KnowledgeQuery("kettles") { Categories = ["workshop"] }, default);
        inShop.Passages.Select(passage => passage.ArticleId).ShouldBe([article.Id]);
        var later = await kit.Search.SearchAsync(kit.Tenant, new KnowledgeQuery("mending") { At = DateTimeOffset.Parse("2031-01-01Z") }, default);
        later.Passages.ShouldAllBe(passage => passage.ArticleId != article.Id);
    }

    [Fact]
    public async Task A_new_version_inherits_what_people_set()
    {
        await using var kit = await Kit.CreateAsync(server);
        var source = await kit.AddTextAsync("FAQ", Questions, SourceFormat.Csv);
        var article = await OneAsync(kit, source.Id, "Do you repair");
        await EditAsync(kit, article.Id, """{"category":"workshop","priority":7}""");
        await kit.ReplaceTextAsync(source.Id, "FAQ", Questions.Replace("Yes we repair", "Sadly we no longer repair"), SourceFormat.Csv);
        var next = await OneAsync(kit, source.Id, "Do you repair");
        (next.Version, next.Category, next.Priority).ShouldBe((2, "workshop", 7));
    }

    [Fact]
    public async Task An_edit_of_what_was_changed_meanwhile_is_refused()
    {
        await using var kit = await Kit.CreateAsync(server);
        var source = await kit.AddTextAsync("FAQ", Questions, SourceFormat.Csv);
        var article = await OneAsync(kit, source.Id, "Do you repair");
        await EditAsync(kit, article.Id, """{"priority":1}""");
        var (_, stale) = await kit.Articles.EditAsync(kit.Tenant, article.Id, [article.Revision], Json("""{"priority":2}"""), default);
        stale.ShouldBeTrue();
        (await kit.Articles.FindAsync(kit.Tenant, article.Id, default))!.Priority.ShouldBe(1);
    }

    [Theory]
    [InlineData("""{"priority":101}""")]
    [InlineData("""{"kind":"poem"}""")]
    [InlineData("""{"title":"x"}""")]
    [InlineData("""{"metadata":[]}""")]
    [InlineData("""{"metadata":{"a":"\u0000"}}""")]
    [InlineData("""[]""")]
    [InlineData("""{"validFrom":"2031-01-01Z","validTo":"2030-01-01Z"}""")]
    public async Task A_bad_edit_changes_nothing(string patch)
    {
        await using var kit = await Kit.CreateAsync(server);
        var source = await kit.AddTextAsync("FAQ", Questions, SourceFormat.Csv);
        var article = await OneAsync(kit, source.Id, "Do you repair");
        var refused = await Should.ThrowAsync<SourceRejectedException>(() => EditAsync(kit, article.Id, patch));
        refused.Code.ShouldBe("knowledge.article_invalid");
        (await kit.Articles.FindAsync(kit.Tenant, article.Id, default))!.Revision.ShouldBe(1);
    }

    private static async Task<ArticleView> OneAsync(Kit kit, Guid source, string title) =>
        (await kit.Articles.ListAsync(kit.Tenant, null, source, null, null, 10, default)).Single(article => article.Title.StartsWith(title, StringComparison.Ordinal));

    private static Task<(ArticleView? Article, bool Stale)> EditAsync(Kit kit, Guid id, string patch) => kit.Articles.EditAsync(kit.Tenant, id, null, Json(patch), default);

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
}
