using System.Net.Http.Json;

namespace Steward.Api.Tests.BadInput;

/// <summary>Details of people and labels are short lines: what is not is refused with a code, and nothing of it is stored.</summary>
public sealed class DetailTests(ApiHost host)
{
    [Theory]
    [InlineData("name", "A\0da")]
    [InlineData("language", "e\0n")]
    [InlineData("email", "ada@example.com\r\nBcc: all@example.com")]
    [InlineData("phone", null)]
    public async Task A_contact_s_details_are_short_lines(string field, string? value)
    {
        var business = await host.NewBusinessAsync();
        var contact = new Dictionary<string, string> { [field] = value ?? new string('1', 1000) };
        await business.Http.PostAsJsonAsync("/api/conversations", new { contact }).ShouldBeProblemAsync(400, "contact.invalid");
        (await business.GetAsync("/api/conversations")).GetProperty("items").GetArrayLength().ShouldBe(0);
        var (id, visitor) = await business.StartAsync(new { name = "Ada" });
        visitor.Dispose();
        var known = (await business.GetAsync($"/api/conversations/{id}")).GetProperty("contactId").GetGuid();
        await business.EditAsync($"/api/contacts/{known}", contact, "*").ShouldBeProblemAsync(400, "contact.invalid");
        (await business.GetAsync($"/api/contacts/{known}")).GetProperty("name").GetString().ShouldBe("Ada");
    }

    [Fact]
    public async Task Titles_tags_and_records_are_lines()
    {
        var business = await host.NewBusinessAsync();
        var (id, visitor) = await business.StartAsync();
        visitor.Dispose();
        var path = $"/api/conversations/{id}";
        await business.EditAsync(path, new { title = "a\0b" }, "*").ShouldBeProblemAsync(400, "conversation.title_too_long");
        await business.EditAsync(path, new { tags = new[] { "a\nb" } }, "*").ShouldBeProblemAsync(400, "conversation.tags_invalid");
        await business.EditAsync(path, new { record = new { kind = "order", id = "1\0" } }, "*").ShouldBeProblemAsync(400, "conversation.record_invalid");
    }
}
