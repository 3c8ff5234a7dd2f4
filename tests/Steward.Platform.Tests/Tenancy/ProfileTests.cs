using System.Net.Http.Json;
using Steward.Platform.Access;
using Steward.Platform.Tenancy.Profile;
using Steward.Platform.Tests.Access;
using Steward.Testing;

namespace Steward.Platform.Tests.Tenancy;

public sealed class ProfileTests(PostgresServer server)
{
    [Fact]
    public async Task An_owner_changes_the_profile_and_an_old_version_changes_nothing()
    {
        await using var host = await AccessHost.StartAsync(server);
        await host.AddAsync("ada@example.com", Role.Owner);
        using var ada = await host.BrowserAsync("ada@example.com");
        var before = await ada.GetAsync("/api/tenant").JsonAsync();
        before.Text("currency").ShouldBe("USD");
        before.GetProperty("isOpen").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        var after = await SendAsync(ada, HttpMethod.Patch, "/api/tenant", "\"1\"", new { name = "Bakery", timeZone = "Asia/Tokyo", locale = "JA-jp", currency = "JPY" }).JsonAsync();
        (after.Text("name"), after.Text("timeZone"), after.Text("locale"), after.Text("currency")).ShouldBe(("Bakery", "Asia/Tokyo", "ja-JP", "JPY"));
        await SendAsync(ada, HttpMethod.Patch, "/api/tenant", "\"1\"", new { name = "Other" }).ProblemAsync(412, "precondition.failed");
        await SendAsync(ada, HttpMethod.Patch, "/api/tenant", "*", new { timeZone = "Mars/Olympus" }).ProblemAsync(422, "tenant.time_zone");
        (await ada.GetAsync("/api/tenant").JsonAsync()).Text("name").ShouldBe("Bakery");
    }

    [Fact]
    public async Task Opening_hours_say_whether_it_is_open_now_and_when_next()
    {
        // Monday, 9 o'clock in Greenwich.
        await using var host = await AccessHost.StartAsync(server, new ManualTime());
        await host.AddAsync("ada@example.com", Role.Owner);
        using var ada = await host.BrowserAsync("ada@example.com");
        object hours = new { monday = new[] { new { from = "08:00", to = "17:00" } }, exceptions = new[] { new { date = "2026-12-24", hours = Array.Empty<object>() } } };
        var open = await SendAsync(ada, HttpMethod.Put, "/api/tenant/opening-hours", "*", hours).JsonAsync();
        open.GetProperty("isOpen").GetBoolean().ShouldBeTrue();
        await SendAsync(ada, HttpMethod.Patch, "/api/tenant", "*", new { timeZone = "America/New_York" }).JsonAsync();
        var closed = await ada.GetAsync("/api/tenant").JsonAsync();
        closed.GetProperty("isOpen").GetBoolean().ShouldBeFalse();
        closed.GetProperty("nextOpening").GetDateTimeOffset().ShouldBe(DateTimeOffset.Parse("2026-01-05T13:00Z"));
        closed.GetProperty("openingHours").GetProperty("monday")[0].Text("to").ShouldBe("17:00");
        (await SendAsync(ada, HttpMethod.Delete, "/api/tenant/opening-hours", "*").JsonAsync()).GetProperty("openingHours").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
    }

    [Fact]
    public async Task An_admin_reads_the_profile_and_does_not_change_it()
    {
        await using var host = await AccessHost.StartAsync(server);
        await host.AddAsync("ben@example.com", Role.Admin);
        using var ben = await host.BrowserAsync("ben@example.com");
        await ben.GetAsync("/api/tenant").JsonAsync();
        await SendAsync(ben, HttpMethod.Patch, "/api/tenant", "*", new { name = "Mine" }).ProblemAsync(403, "auth.forbidden");
    }

    [Theory]
    [InlineData("en", "en")]
    [InlineData("PT-br", "pt-BR")]
    [InlineData("zh-hant-tw", "zh-Hant-TW")]
    [InlineData("es-419", "es-419")]
    [InlineData("de-CH-1996", "de-CH-1996")]
    [InlineData("english", null)]
    [InlineData("en_US", null)]
    [InlineData("en-", null)]
    [InlineData("", null)]
    public void A_language_tag_is_brought_into_its_usual_spelling(string tag, string? expected) => TenantInputs.Locale(tag).ShouldBe(expected);

    [Theory]
    [InlineData("Europe/Copenhagen", true)]
    [InlineData("America/Argentina/Buenos_Aires", true)]
    [InlineData("UTC", true)]
    [InlineData("Etc/GMT+5", true)]
    [InlineData("europe/nowhere", false)]
    [InlineData("/etc/localtime", false)]
    [InlineData("../UTC", false)]
    [InlineData("W. Europe Standard Time", false)]
    public void A_time_zone_is_one_of_the_iana_database(string id, bool known) => (TenantInputs.TimeZone(id) is not null).ShouldBe(known);

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, HttpMethod method, string address, string version, object? body = null)
    {
        var request = new HttpRequestMessage(method, address) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.TryAddWithoutValidation("If-Match", version);
        return client.SendAsync(request);
    }
}
