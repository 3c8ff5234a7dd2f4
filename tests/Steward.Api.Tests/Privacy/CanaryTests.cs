using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text;
using Steward.Platform.Access;

namespace Steward.Api.Tests.Privacy;

/// <summary>A word that only people said, looked for wherever it must not be.</summary>
public sealed class CanaryTests(ApiHost host)
{
    private const string Word = "quokkazebrine";

    [Fact]
    public async Task A_secret_word_is_in_no_log_no_metric_no_trace_and_no_column()
    {
        var tags = new ConcurrentQueue<string>();
        using var listener = new ActivityListener
        {
            // The test's own client writes the addresses it calls.
            ShouldListenTo = source => source.Name != "System.Net.Http",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => tags.Enqueue(
                $"{activity.DisplayName} {string.Join(' ', activity.TagObjects)} {string.Join(' ', activity.Events.SelectMany(happened => happened.Tags))} {string.Join(' ', activity.Baggage)}"),
        };
        ActivitySource.AddActivityListener(listener);
        var business = await host.NewBusinessAsync();
        await SayEverywhereAsync(business);

        tags.Where(tag => tag.Contains(Word, StringComparison.OrdinalIgnoreCase)).ShouldBeEmpty();
        tags.ShouldNotBeEmpty();
        host.Logs.Lines.Where(line => line.Contains(Word, StringComparison.OrdinalIgnoreCase)).ShouldBeEmpty();
        host.Logs.Lines.ShouldNotBeEmpty();
        using var anyone = Business.Client(host, null);
        var metrics = await anyone.GetStringAsync("/metrics");
        metrics.ShouldContain("steward");
        metrics.ShouldNotContain(Word, Case.Insensitive);
        (await FindAsync(Word)).ShouldBeEmpty();
    }

    /// <summary>The search itself finds a word that is stored in the open, as text and as bytes.</summary>
    [Fact]
    public async Task A_word_in_the_open_is_found()
    {
        const string open = "openwordnobodyhides";
        var business = await host.NewBusinessAsync();
        await business.PostAsync("/api/keys", new { name = open, permissions = new[] { Permissions.KnowledgeRead } });
        (await FindAsync(open)).ShouldBe(["platform.api_keys"]);
        var tables = await ApiHost.TablesAsync(host.AdminConnection, tenantsOnly: true);
        tables.Count.ShouldBeGreaterThan(20);
    }

    private async Task SayEverywhereAsync(Business business)
    {
        await business.PostAsync("/api/assistants", new { name = $"{Word} bot", instructions = $"Never say {Word}.", greeting = $"Hello {Word}", restrictedTopics = new[] { $"{Word}s" } });
        var source = await business.LearnAsync($"About {Word}", $"The {Word} costs 12 euros a day. Ask for {Word} at the desk.");
        source.GetProperty("state").GetString().ShouldBe("ready");
        var started = await business.PostAsync("/api/conversations", new { contact = new { name = $"Ada {Word}", email = $"{Word}@example.com", phone = "+49 170 1234567", identity = $"{Word}-1" } });
        var id = started.GetProperty("id").GetGuid();
        var known = await business.AskAsync(id, $"How much does the {Word} cost?");
        known.GetRawText().ShouldContain("12 euros");
        await business.AskAsync(id, $"My {Word} secret is none of your knowledge, is it?");
        await business.PostAsync($"/api/conversations/{id}/take-over");
        await business.PostAsync($"/api/conversations/{id}/reply", new { text = $"A person says {Word}." });
        using var edit = await business.EditAsync($"/api/conversations/{id}", new { title = $"About {Word}" }, "*");
        edit.EnsureSuccessStatusCode();
        await business.GetAsync($"/api/knowledge/search?q={Word}");
        await business.GetAsync($"/api/conversations/{id}/turns");
        await business.PostAsync("/api/channels", new { kind = "callback", name = "Server", settings = new { url = "https://example.com/in", secret = $"{Word}-secret" } });
        await business.PutAsync("/api/models/providers/openai", new { key = $"sk-{Word}" });
        using var refused = await business.Http.PostAsync("/api/conversations", new StringContent($"{{\"contact\": \"{Word}", Encoding.UTF8, "application/json"));
        ((int)refused.StatusCode).ShouldBe(400);
        using var unknown = await business.Http.GetAsync($"/api/nowhere?q={Word}");
        ((int)unknown.StatusCode).ShouldBe(404);
        using var chat = await business.Http.PostAsJsonAsync("/v1/chat/completions", new { model = "steward-extractive", messages = new[] { new { role = "user", content = $"What is {Word}?" } } });
        chat.EnsureSuccessStatusCode();
        await Idempotent(business);
    }

    private static async Task Idempotent(Business business)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/conversations") { Content = JsonContent.Create(new { contact = new { name = Word } }) };
        request.Headers.Add("Idempotency-Key", Word);
        (await business.Http.SendAsync(request)).EnsureSuccessStatusCode();
    }

    /// <summary>Tables where a row holds the word in any column: as text, or as the bytes of it.</summary>
    private async Task<List<string>> FindAsync(string word)
    {
        var bytes = Convert.ToHexStringLower(Encoding.UTF8.GetBytes(word));
        var found = new List<string>();
        foreach (var table in await ApiHost.TablesAsync(host.AdminConnection, tenantsOnly: false))
        {
            var rows = (long)(await ApiHost.AskAsync(host.AdminConnection, $"select count(*) from {table} t where t::text ilike $1 or t::text ilike $2", $"%{word}%", $"%{bytes}%"))!;
            if (rows > 0)
            {
                found.Add(table);
            }
        }

        return found;
    }
}
