using System.Net.Http.Json;
using System.Text.Json;
using Steward.Platform.Access;

namespace Steward.Api.Tests.Privacy;

public sealed class ExportTests(ApiHost host)
{
    private const string All = "/api/conversations/export?from=2020-01-01T00:00:00Z&to=2100-01-01T00:00:00Z";

    [Fact]
    public async Task A_person_gets_all_that_is_held_of_it_as_it_is_and_nothing_of_others()
    {
        var business = await host.NewBusinessAsync();
        await MaskAsync(business);
        var (contact, conversation) = await SayAsync(business, "Ada Lovelace", "ada@example.com");
        await SayAsync(business, "Ben Jonson", "ben@example.com");

        var export = await business.GetAsync($"/api/contacts/{contact}/export");
        export.GetProperty("contact").GetProperty("email").GetString().ShouldBe("ada@example.com");
        export.GetProperty("identities")[0].GetProperty("identity").GetString().ShouldBe("id of Ada Lovelace");
        var only = export.GetProperty("conversations").EnumerateArray().ShouldHaveSingleItem();
        only.GetProperty("conversation").GetProperty("id").GetGuid().ShouldBe(conversation);
        only.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("author").GetString()).ShouldBe(["contact", "assistant", "contact", "assistant"]);
        only.GetProperty("messages")[0].GetProperty("text").GetString().ShouldBe("I am Ada Lovelace, write to ada@example.com");
        only.GetProperty("turns").GetArrayLength().ShouldBe(2);
        only.GetProperty("turns")[0].GetProperty("trace").ValueKind.ShouldBe(JsonValueKind.Object);
        export.GetRawText().ShouldNotContain("Jonson");
    }

    [Fact]
    public async Task Conversations_leave_a_line_each_and_masked_where_the_tenant_wants_it()
    {
        var business = await host.NewBusinessAsync();
        await SayAsync(business, "Ada Lovelace", "ada@example.com");
        await SayAsync(business, "Ben Jonson", "ben@example.com");
        var plain = await LinesAsync(business);
        plain.Count.ShouldBe(3);
        plain[0].GetProperty("messages")[0].GetProperty("text").GetString().ShouldBe("I am Ada Lovelace, write to ada@example.com");
        plain[0].GetProperty("contact").GetProperty("name").GetString().ShouldBe("Ada Lovelace");
        plain[2].GetProperty("end").GetBoolean().ShouldBeTrue();
        plain[2].GetProperty("conversations").GetInt32().ShouldBe(2);

        await MaskAsync(business);
        var masked = await LinesAsync(business);
        masked[0].GetProperty("messages")[0].GetProperty("text").GetString().ShouldBe("I am [[NAME_1]], write to [[EMAIL_1]]");
        string.Concat(masked).ShouldNotContain("Lovelace");
        string.Concat(masked).ShouldNotContain("@example.com");
    }

    [Fact]
    public async Task Only_who_may_exports_and_a_time_has_a_beginning()
    {
        var business = await host.NewBusinessAsync();
        var (contact, _) = await SayAsync(business, "Ada", "ada@example.com");
        await (await host.NewBusinessAsync()).Http.GetAsync($"/api/contacts/{contact}/export").ShouldBeProblemAsync(404, "contact.unknown");
        using var viewer = await business.WithPermissionsAsync(Permissions.Of(Role.Viewer));
        await viewer.GetAsync($"/api/contacts/{contact}/export").ShouldBeProblemAsync(403, "auth.forbidden");
        await viewer.GetAsync(All).ShouldBeProblemAsync(403, "auth.forbidden");
        await business.Http.GetAsync("/api/conversations/export?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z").ShouldBeProblemAsync(400, "export.range");
        await business.Http.GetAsync("/api/conversations/export").ShouldBeProblemAsync(400, "request.parameter");
    }

    private static async Task<(Guid Contact, Guid Conversation)> SayAsync(Business business, string name, string email)
    {
        var started = await business.PostAsync("/api/conversations", new { contact = new { name, email, identity = $"id of {name}" } });
        var conversation = started.GetProperty("id").GetGuid();
        await business.AskAsync(conversation, $"I am {name}, write to {email}");
        await business.AskAsync(conversation, "What does it cost?");
        return (started.GetProperty("contactId").GetGuid(), conversation);
    }

    private static async Task MaskAsync(Business business)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "/api/masking") { Content = JsonContent.Create(new { masking = "models+exports" }) };
        request.Headers.TryAddWithoutValidation("If-Match", "*");
        (await business.Http.SendAsync(request)).EnsureSuccessStatusCode();
    }

    private static async Task<List<JsonElement>> LinesAsync(Business business)
    {
        var text = await business.Http.GetStringAsync(All);
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];
    }
}
