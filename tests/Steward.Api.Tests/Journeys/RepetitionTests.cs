using System.Net.Http.Json;
using System.Text.Json;

namespace Steward.Api.Tests.Journeys;

/// <summary>What is sent twice happens once, and lists can be walked to their end.</summary>
public sealed class RepetitionTests(ApiHost host)
{
    [Fact]
    public async Task A_message_with_the_same_client_id_is_stored_once()
    {
        var business = await host.NewBusinessAsync();
        var (id, _) = await business.StartAsync();
        var path = $"/api/conversations/{id}/messages?wait=60";
        var first = await business.PostAsync(path, new { text = "Hello there", clientId = "c-1" });
        var again = await business.PostAsync(path, new { text = "Hello there", clientId = "c-1" });
        again.GetProperty("id").GetGuid().ShouldBe(first.GetProperty("id").GetGuid());
        again.GetProperty("reply").GetProperty("id").GetGuid().ShouldBe(first.GetProperty("reply").GetProperty("id").GetGuid());
        var other = await business.PostAsync(path, new { text = "Hello there", clientId = "c-2" });
        other.GetProperty("id").GetGuid().ShouldNotBe(first.GetProperty("id").GetGuid());
        var items = (await business.GetAsync($"/api/conversations/{id}/messages")).GetProperty("items").EnumerateArray().ToList();
        items.Count(item => item.GetProperty("author").GetString() == "contact").ShouldBe(2);
    }

    [Fact]
    public async Task A_conversation_with_the_same_idempotency_key_is_started_once()
    {
        var business = await host.NewBusinessAsync();
        var first = await SendAsync(business, "k-1", new { contact = new { name = "Ada" } });
        var again = await SendAsync(business, "k-1", new { contact = new { name = "Ada" } });
        again.Headers.GetValues("Idempotency-Replayed").ShouldHaveSingleItem().ShouldBe("true");
        (await again.Content.ReadAsStringAsync()).ShouldBe(await first.Content.ReadAsStringAsync());
        (await host.RowsOfAsync(business.Tenant))["conversations.conversations"].ShouldBe(1);
        (await SendAsync(business, "k-1", new { contact = new { name = "Eve" } })).StatusCode.ShouldBe(System.Net.HttpStatusCode.UnprocessableEntity);
        (await host.RowsOfAsync(business.Tenant))["conversations.conversations"].ShouldBe(1);
    }

    [Fact]
    public async Task A_list_is_walked_by_its_cursor_without_a_gap_or_a_repetition()
    {
        var business = await host.NewBusinessAsync();
        var started = new HashSet<Guid>();
        for (var i = 0; i < 5; i++)
        {
            started.Add((await business.StartAsync()).Id);
        }

        (await WalkAsync(business, "/api/conversations", "id", 2)).ShouldBe(started, ignoreOrder: true);
        (await WalkAsync(business, "/api/contacts", "id", 2)).Count.ShouldBe(5);
        var keys = await WalkAsync(business, "/api/keys", "id", 1);
        keys.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_cursor_of_one_list_does_not_open_another()
    {
        var business = await host.NewBusinessAsync();
        await business.StartAsync();
        await business.StartAsync();
        var cursor = (await business.GetAsync("/api/contacts?limit=1")).GetProperty("next").GetString();
        var (status, _) = await (await business.Http.GetAsync($"/api/knowledge/sources?cursor={cursor}")).ProblemAsync();
        ((int)status).ShouldBe(400);
    }

    private static async Task<HttpResponseMessage> SendAsync(Business business, string key, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/conversations") { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", key);
        return await business.Http.SendAsync(request);
    }

    private static async Task<List<Guid>> WalkAsync(Business business, string list, string id, int limit)
    {
        var found = new List<Guid>();
        string? cursor = null;
        do
        {
            var page = await business.GetAsync($"{list}?limit={limit}{(cursor is null ? "" : "&cursor=" + Uri.EscapeDataString(cursor))}");
            var items = page.GetProperty("items").EnumerateArray().ToList();
            items.Count.ShouldBeLessThanOrEqualTo(limit);
            found.AddRange(items.Select(item => item.GetProperty(id).GetGuid()));
            cursor = page.TryGetProperty("next", out var next) && next.ValueKind == JsonValueKind.String ? next.GetString() : null;
        }
        while (cursor is not null && found.Count < 100);
        found.Distinct().Count().ShouldBe(found.Count);
        return found;
    }
}
