using System.Net.Http.Headers;

namespace Steward.Api.Tests.Journeys;

/// <summary>The stream of a conversation goes on where a reader left it.</summary>
public sealed class EventTests(ApiHost host)
{
    [Fact]
    public async Task A_reader_gets_what_it_missed_and_nothing_twice()
    {
        var business = await host.NewBusinessAsync();
        await business.LearnAsync("Helmets", "A helmet costs 4 euros a day.");
        var (id, _) = await business.StartAsync();
        await business.AskAsync(id, "How much does a helmet cost?");
        (await ReadAsync(business, id, lastSeen: 0, until: 2)).ShouldBe([1, 2]);
        (await ReadAsync(business, id, lastSeen: 1, until: 2)).ShouldBe([2]);
        await business.AskAsync(id, "How much does a helmet cost?");
        (await ReadAsync(business, id, lastSeen: 2, until: 4)).ShouldBe([3, 4]);
    }

    [Fact]
    public async Task A_reader_that_listens_sees_the_turn_and_its_end()
    {
        var business = await host.NewBusinessAsync();
        await business.LearnAsync("Helmets", "A helmet costs 4 euros a day.");
        var (id, visitor) = await business.StartAsync();
        using var hand = visitor;
        using var response = await visitor.GetAsync($"/api/conversations/{id}/events", HttpCompletionOption.ResponseHeadersRead);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        await using var stream = await response.Content.ReadAsStreamAsync();
        var events = NamesAsync(stream, completed: 2);
        await business.AskAsync(id, "How much does a helmet cost?");
        var names = await events;
        names.ShouldContain("turn.started");
        names.ShouldContain("message.delta");
        names[^1].ShouldBe("message.completed");
        names.IndexOf("turn.started").ShouldBeLessThan(names.IndexOf("message.delta"));
    }

    private static async Task<List<long>> ReadAsync(Business business, Guid id, long lastSeen, long until)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/conversations/{id}/events");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        request.Headers.Add("Last-Event-ID", lastSeen.ToString());
        using var response = await business.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        using var reader = new StreamReader(await response.EnsureSuccessStatusCode().Content.ReadAsStreamAsync(patience.Token));
        var ids = new List<long>();
        while (ids.LastOrDefault() < until && await reader.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal))
            {
                ids.Add(long.Parse(line[4..]));
            }
        }

        return ids;
    }

    private static async Task<List<string>> NamesAsync(Stream stream, int completed)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var reader = new StreamReader(stream);
        var names = new List<string>();
        while (names.Count(name => name == "message.completed") < completed && await reader.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal))
            {
                names.Add(line[7..]);
            }
        }

        return names;
    }
}
