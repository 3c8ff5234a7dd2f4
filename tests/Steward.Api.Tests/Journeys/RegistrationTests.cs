using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Steward.Host;

namespace Steward.Api.Tests.Journeys;

/// <summary>Self-registration: off by default, and what it does where it is on.</summary>
public sealed partial class RegistrationTests(ApiHost host)
{
    [Fact]
    public async Task Where_it_is_off_a_registration_is_refused()
    {
        using var anyone = Business.Client(host, null);
        await anyone.PostAsJsonAsync("/api/registrations", new { email = "ada@example.com", name = "Bakery" }).ShouldBeProblemAsync(403, "registration.off");
    }

    [Fact]
    public async Task A_stranger_gets_a_mail_and_with_its_link_a_tenant_of_its_own_once_and_one_with_an_account_is_answered_alike()
    {
        var mails = Directory.CreateTempSubdirectory("steward-mails-").FullName;
        string[] settings =
        [
            .. host.Settings, "--STEWARD_REGISTRATION=on", "--STEWARD_PUBLIC_URL=https://steward.example", "--STEWARD_MAIL=file", $"--STEWARD_MAIL_FOLDER={mails}", "--STEWARD_LIMIT_REGISTRATION=5/1h",
        ];
        await using var open = await StewardApp.BuildAsync(settings, builder => builder.Logging.ClearProviders());
        await open.Web.StartAsync();
        using var anyone = new HttpClient { BaseAddress = new Uri(open.Web.Urls.Single()) };
        var email = $"ada-{Guid.NewGuid():N}@example.com";

        var first = await RegisterAsync(anyone, email);
        var token = await TokenAsync(mails, email, 1);
        var me = await ConfirmAsync(anyone, token, "a long password 1");
        me.GetProperty("role").GetString().ShouldBe("owner");
        me.GetProperty("tenantName").GetString().ShouldBe("Bakery");
        me.GetProperty("emailVerified").GetBoolean().ShouldBeTrue("The link came by mail.");
        await anyone.PostAsJsonAsync($"/api/registrations/{token}/confirm", new { name = "Ada", password = "a long password 1" }).ShouldBeProblemAsync(404, "registration.not_found");

        // The address has an account now: nothing of the answer tells.
        (await RegisterAsync(anyone, email)).ShouldBe(first);
        token = await TokenAsync(mails, email, 2);
        await anyone.PostAsJsonAsync($"/api/registrations/{token}/confirm", new { name = "Ada", password = "not the account's" }).ShouldBeProblemAsync(401, "auth.credentials");
        await ApiHost.AskAsync(host.AdminConnection, "update platform.accounts set verified_at = null where email = $1", email);
        var again = await ConfirmAsync(anyone, token, "a long password 1");
        (again.GetProperty("tenants").GetArrayLength(), again.GetProperty("emailVerified").GetBoolean()).ShouldBe((2, true));

        await RegisterAsync(anyone, "ben@example.com");
        await RegisterAsync(anyone, "ben@example.com");
        await RegisterAsync(anyone, "ben@example.com");
        await anyone.PostAsJsonAsync("/api/registrations", new { email = "ben@example.com", name = "Bakery" }).ShouldBeProblemAsync(429, "limit.rate");
        await open.Web.StopAsync();
        Directory.Delete(mails, recursive: true);
    }

    private static async Task<string> RegisterAsync(HttpClient client, string email)
    {
        using var answer = await client.PostAsJsonAsync("/api/registrations", new { email, name = "Bakery", timeZone = "Europe/Vienna" });
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        return await answer.Content.ReadAsStringAsync();
    }

    private static async Task<JsonElement> ConfirmAsync(HttpClient client, string token, string password)
    {
        using var answer = await client.PostAsJsonAsync($"/api/registrations/{token}/confirm", new { name = "Ada", password });
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>The token in the newest of the mails to an address, once there are so many.</summary>
    private static async Task<string> TokenAsync(string folder, string email, int mails)
    {
        for (var look = 0; look < 1000; look++)
        {
            var found = new DirectoryInfo(folder).GetFiles("*.eml").OrderBy(file => file.LastWriteTimeUtc).Select(file => File.ReadAllText(file.FullName)).Where(mail => mail.Contains(email, StringComparison.Ordinal)).ToList();
            if (found.Count == mails)
            {
                return Token().Match(found[^1].Replace("=\r\n", "", StringComparison.Ordinal)).Value;
            }

            await Task.Delay(20);
        }

        throw new TimeoutException("The mail did not come.");
    }

    [GeneratedRegex("reg_[A-Za-z0-9_-]{43}", RegexOptions.None, 1000)]
    private static partial Regex Token();
}
