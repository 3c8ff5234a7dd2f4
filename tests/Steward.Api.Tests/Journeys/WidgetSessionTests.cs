using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Steward.Api.Tests.Journeys;

/// <summary>How a visitor gets a token, keeps it, and never gets another's contact.</summary>
public sealed class WidgetSessionTests(ApiHost host)
{
    [Fact]
    public async Task A_visitor_gets_a_contact_of_its_own_and_keeps_it_and_its_conversation()
    {
        var business = await host.NewBusinessAsync();
        await business.PostAsync("/api/assistants", new { name = "Nora", greeting = "Ahoy!", suggestions = new[] { "When are you open?" }, language = "da" });
        var key = await WidgetAsync(business, new { theme = new { color = "#0e7490", position = "left" } });

        var first = await OpenAsync(key, null);
        first.GetProperty("assistant").GetProperty("name").GetString().ShouldBe("Nora");
        first.GetProperty("assistant").GetProperty("greeting").GetString().ShouldBe("Ahoy!");
        first.GetProperty("assistant").GetProperty("suggestions")[0].GetString().ShouldBe("When are you open?");
        first.GetProperty("theme").GetProperty("color").GetString().ShouldBe("#0e7490");
        first.GetProperty("locale").GetString().ShouldBe("da");
        first.GetProperty("limits").GetProperty("messageLength").GetInt32().ShouldBe(32_000);
        first.GetProperty("conversationId").ValueKind.ShouldBe(JsonValueKind.Null);
        first.GetProperty("expiresAt").GetDateTimeOffset().ShouldBeGreaterThan(DateTimeOffset.UtcNow.AddHours(23));

        var token = first.GetProperty("token").GetString();
        using var visitor = Business.Client(host, token);
        using var started = await visitor.PostAsJsonAsync("/api/conversations", new { });
        started.StatusCode.ShouldBe(HttpStatusCode.Created);
        var conversation = (await started.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetGuid();
        var again = await OpenAsync(key, token);
        again.GetProperty("contactId").GetGuid().ShouldBe(first.GetProperty("contactId").GetGuid());
        again.GetProperty("conversationId").GetGuid().ShouldBe(conversation);
    }

    [Fact]
    public async Task A_token_of_another_widget_or_business_or_of_nobody_gives_a_new_contact()
    {
        var (ours, theirs) = (await host.NewBusinessAsync(), await host.NewBusinessAsync());
        var key = await WidgetAsync(ours, null);
        var mine = await OpenAsync(key, null);
        string?[] others =
        [
            (await OpenAsync(await WidgetAsync(ours, null), null)).GetProperty("token").GetString(),
            (await OpenAsync(await WidgetAsync(theirs, null), null)).GetProperty("token").GetString(),
            "vt_made_up", "", null,
        ];

        var seen = new HashSet<Guid> { mine.GetProperty("contactId").GetGuid() };
        foreach (var other in others)
        {
            seen.Add((await OpenAsync(key, other)).GetProperty("contactId").GetGuid()).ShouldBeTrue(other);
        }

        // The token that came with another's is good for this widget's business only.
        using var visitor = Business.Client(host, others[1]);
        using var started = await visitor.PostAsJsonAsync("/api/conversations", new { });
        var conversation = (await started.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetGuid();
        await ours.Http.GetAsync($"/api/conversations/{conversation}").ShouldBeProblemAsync(404, "conversation.unknown");
    }

    [Fact]
    public async Task A_disabled_widget_and_a_channel_that_is_none_have_no_session()
    {
        var business = await host.NewBusinessAsync();
        var made = await business.PostAsync("/api/channels", new { kind = "widget", name = "Site" });
        var key = made.GetProperty("publicKey").GetString();
        await OpenAsync(key!, null);
        (await business.Http.DeleteAsync($"/api/channels/{made.GetProperty("id").GetGuid()}")).EnsureSuccessStatusCode();

        using var stranger = Business.Client(host, null);
        await stranger.PostAsJsonAsync($"/widget/{key}/session", new { }).ShouldBeProblemAsync(404, "widget.unknown_key");
        await stranger.PostAsJsonAsync($"/widget/{made.GetProperty("id").GetGuid()}/session", new { }).ShouldBeProblemAsync(404, "widget.unknown_key");
    }

    private static async Task<string> WidgetAsync(Business business, object? settings) =>
        (await business.PostAsync("/api/channels", new { kind = "widget", name = "Site", settings })).GetProperty("publicKey").GetString()!;

    private async Task<JsonElement> OpenAsync(string key, string? token)
    {
        using var stranger = Business.Client(host, null);
        using var response = await stranger.PostAsJsonAsync($"/widget/{key}/session", new { token });
        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }
}
