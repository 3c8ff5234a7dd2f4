using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Steward.Platform.Access;

namespace Steward.Api.Tests.Journeys;

/// <summary>People take a conversation over and give it back.</summary>
public sealed class PeopleTests(ApiHost host)
{
    private static readonly string[] Waiting = ["waiting"];

    [Fact]
    public async Task A_person_takes_over_writes_gives_back_and_resolves_while_the_assistant_keeps_silent()
    {
        var business = await host.NewBusinessAsync();
        await business.LearnAsync("Helmets", "A helmet costs 4 euros a day.");
        var member = await host.Services.GetRequiredService<IAccessSetup>()
            .AddMemberAsync(business.Tenant, $"agent-{Guid.NewGuid():N}@example.com", "Mia", "a long password 1", Role.Agent, CancellationToken.None);
        var (id, visitor) = await business.StartAsync(new { name = "Ada" });
        using var hand = visitor;
        (await business.AskAsync(id, "How much does a helmet cost?")).GetProperty("action").GetString().ShouldBe("reply");

        (await visitor.PostAsJsonAsync($"/api/conversations/{id}/handoff", new { reason = "asked" })).EnsureSuccessStatusCode();
        (await StateAsync(business, id)).ShouldBe("waiting");
        (await ListAsync(business, "waiting")).ShouldContain(id);

        await business.PostAsync($"/api/conversations/{id}/assign", new { memberId = member });
        await business.PostAsync($"/api/conversations/{id}/take-over");
        (await ListAsync(business, "waiting")).ShouldNotContain(id);
        var silent = await business.AskAsync(id, "How much does a helmet cost?");
        silent.GetProperty("action").GetString().ShouldBe("handoff");
        silent.TryGetProperty("text", out _).ShouldBeFalse();

        await business.PostAsync($"/api/conversations/{id}/reply", new { text = "Mia here: helmets are free today." });
        var seen = await JsonAsync(await visitor.GetAsync($"/api/conversations/{id}/messages"));
        var messages = seen.GetProperty("items").EnumerateArray().Select(message => (message.GetProperty("author").GetString(), message.GetProperty("text").GetString())).ToList();
        messages[^1].ShouldBe(("member", "Mia here: helmets are free today."));
        messages.Count(message => message.Item1 == "assistant").ShouldBe(1);
        messages.Where(message => message.Item1 == "contact").Count().ShouldBe(2);

        await business.PostAsync($"/api/conversations/{id}/give-back");
        (await business.AskAsync(id, "How much does a helmet cost?")).GetProperty("text").GetString()!.ShouldContain("4 euros");
        await business.PostAsync($"/api/conversations/{id}/resolve");
        (await StateAsync(business, id)).ShouldBe("resolved");
        (await ListAsync(business, "resolved")).ShouldContain(id);
    }

    [Fact]
    public async Task Asking_for_a_person_brings_one_in()
    {
        var business = await host.NewBusinessAsync();
        var (id, _) = await business.StartAsync();
        (await business.AskAsync(id, "I want to talk to a human please.")).GetProperty("action").GetString().ShouldBe("handoff");
        (await StateAsync(business, id)).ShouldBeOneOf(Waiting);
    }

    [Fact]
    public async Task Two_answers_of_low_confidence_bring_a_person_in()
    {
        var business = await host.NewBusinessAsync();
        var (id, _) = await business.StartAsync();
        (await business.AskAsync(id, "What is the airspeed of a swallow?")).GetProperty("action").GetString().ShouldBe("ask");
        (await business.AskAsync(id, "And of a pelican?")).GetProperty("action").GetString().ShouldBe("handoff");
        (await StateAsync(business, id)).ShouldBe("waiting");
    }

    [Fact]
    public async Task A_visitor_reaches_its_own_conversations_only()
    {
        var business = await host.NewBusinessAsync();
        var (mine, me) = await business.StartAsync();
        var (other, _) = await business.StartAsync();
        using var hand = me;
        (await me.GetAsync($"/api/conversations/{mine}/messages")).EnsureSuccessStatusCode();
        await me.GetAsync($"/api/conversations/{other}/messages").ShouldBeProblemAsync(404, "conversation.unknown");
        await me.GetAsync($"/api/conversations/{other}/events").ShouldBeProblemAsync(404, "conversation.unknown");
        await me.PostAsJsonAsync($"/api/conversations/{other}/messages", new { text = "Hello" }).ShouldBeProblemAsync(404, "conversation.unknown");
        await me.PostAsJsonAsync($"/api/conversations/{other}/typing", new { typing = true }).ShouldBeProblemAsync(404, "conversation.unknown");
        await me.PostAsJsonAsync($"/api/conversations/{other}/handoff", new { }).ShouldBeProblemAsync(404, "conversation.unknown");
    }

    private static async Task<string?> StateAsync(Business business, Guid id) =>
        (await business.GetAsync($"/api/conversations/{id}")).GetProperty("state").GetString();

    private static async Task<List<Guid>> ListAsync(Business business, string state) =>
        [.. (await business.GetAsync($"/api/conversations?state={state}")).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetGuid())];

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage response) =>
        (await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>())!;
}
