using System.Net.Http.Json;

namespace Steward.Api.Tests.Journeys;

/// <summary>The answers follow the knowledge.</summary>
public sealed class KnowledgeTests(ApiHost host)
{
    private const string Question = "How much does the lagoon tour cost?";

    [Fact]
    public async Task A_replaced_source_changes_the_answer_and_a_deleted_one_ends_it()
    {
        var business = await host.NewBusinessAsync();
        (await business.AskAsync(Question)).GetProperty("action").GetString().ShouldNotBe("reply");

        var source = (await business.LearnAsync("Tours", "The lagoon tour costs 31 euros per person.")).GetProperty("id").GetGuid();
        var first = await business.AskAsync(Question);
        first.GetProperty("text").GetString()!.ShouldContain("31 euros");
        var citation = first.GetProperty("citations")[0];
        citation.GetProperty("title").GetString().ShouldBe("Tours");
        citation.GetProperty("quote").GetString()!.ShouldContain("31 euros");

        await business.PutAsync($"/api/knowledge/sources/{source}", new { title = "Tours", text = "The lagoon tour costs 47 euros per person." });
        (await business.SettledAsync(source)).GetProperty("state").GetString().ShouldBe("ready");
        var second = (await business.AskAsync(Question)).GetProperty("text").GetString()!;
        second.ShouldContain("47 euros");
        second.ShouldNotContain("31 euros");

        (await business.Http.DeleteAsync($"/api/knowledge/sources/{source}")).EnsureSuccessStatusCode();
        (await business.AskAsync(Question)).GetProperty("action").GetString().ShouldNotBe("reply");
        (await business.GetAsync($"/api/knowledge/search?q={Uri.EscapeDataString(Question)}")).GetProperty("results").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task One_tenant_s_knowledge_never_answers_another_s_question()
    {
        var (ours, theirs) = (await host.NewBusinessAsync(), await host.NewBusinessAsync());
        await ours.LearnAsync("Tours", "The lagoon tour costs 31 euros per person.");
        (await ours.AskAsync(Question)).GetProperty("action").GetString().ShouldBe("reply");
        (await theirs.AskAsync(Question)).GetProperty("action").GetString().ShouldNotBe("reply");
        (await theirs.GetAsync($"/api/knowledge/search?q={Uri.EscapeDataString(Question)}")).GetProperty("results").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task An_edit_without_the_version_it_read_is_refused()
    {
        var business = await host.NewBusinessAsync();
        await business.LearnAsync("Tours", "The lagoon tour costs 31 euros per person.");
        var article = (await business.GetAsync("/api/knowledge/articles")).GetProperty("items")[0].GetProperty("id").GetGuid();
        await business.Http.PatchAsJsonAsync($"/api/knowledge/articles/{article}", new { priority = 5 }).ShouldBeProblemAsync(428, "precondition.required");
        await business.EditAsync($"/api/knowledge/articles/{article}", new { priority = 5 }, "\"99\"").ShouldBeProblemAsync(412, "precondition.failed");
        (await business.GetAsync($"/api/knowledge/articles/{article}")).GetProperty("priority").GetInt32().ShouldBe(0);
    }
}
