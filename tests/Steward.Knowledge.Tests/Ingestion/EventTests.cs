using System.Text.Json;
using Steward.Knowledge.Extraction;
using Steward.Testing;

namespace Steward.Knowledge.Tests.Ingestion;

public sealed class EventTests(PostgresServer server)
{
    [Fact]
    public async Task What_becomes_of_a_source_is_recorded_without_its_words()
    {
        await using var kit = await Kit.CreateAsync(server);
        var source = await kit.AddTextAsync("Kettle secrets", "# Kettles\n\nA kettle boils water.");
        await kit.ReplaceTextAsync(source.Id, "Kettle secrets", "# Kettles\n\nA kettle boils water and milk.");
        var article = (await kit.Articles.ListAsync(kit.Tenant, null, source.Id, null, null, 10, default)).Single();
        await kit.Articles.EditAsync(kit.Tenant, article.Id, null, JsonElement.Parse("""{"priority":7}"""), default);
        (await kit.Sources.DeleteAsync(kit.Tenant, source.Id, default)).ShouldBeTrue();
        (await kit.Sources.DeleteAsync(kit.Tenant, source.Id, default)).ShouldBeFalse();

        (await EventsAsync(kit)).ShouldBe(
            $"source.changed {source.Id} added; source.ready {source.Id} 1; source.changed {source.Id} replaced; source.ready {source.Id} 2; article.changed {article.Id} -; source.deleted {source.Id} -");
        ((long)(await kit.Data.AskAsync("select count(*) from platform.events where body::text ilike '%kettle%'"))!).ShouldBe(0);
    }

    [Fact]
    public async Task A_source_that_could_not_be_read_is_recorded_once_it_is_given_up()
    {
        await using var kit = await Kit.CreateAsync(server, settings => settings.Attempts = 2);
        kit.Embedder.BeforeBatch = _ => throw new Steward.Knowledge.Ingestion.EmbeddingFailedException("The model is busy.", transient: true);
        var source = await kit.AddTextAsync("Kettles", "# Kettles\n\nA kettle boils water.");
        (await EventsAsync(kit)).ShouldBe($"source.changed {source.Id} added");
        await kit.Data.AskAsync("update knowledge.work set due_at = now()");
        await kit.WorkAsync();

        (await EventsAsync(kit)).ShouldBe($"source.changed {source.Id} added; source.failed {source.Id} 1");
    }

    private static async Task<string> EventsAsync(Kit kit) => (string)(await kit.Data.AskAsync(
        "select coalesce(string_agg(name || ' ' || subject || ' ' || coalesce(body->>'version', body->>'act', '-'), '; ' order by id), '') from platform.events where name like 'source.%' or name like 'article.%'"))!;
}
