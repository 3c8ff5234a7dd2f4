using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Steward.Host.Commands;

namespace Steward.Api.Tests.Commands;

/// <summary>The command line beside a program that serves on the same database.</summary>
public sealed class CommandTests(ApiHost host)
{
    private readonly Shell shell = new([.. host.Settings]);

    [Fact]
    public async Task From_an_empty_installation_to_the_first_sign_in()
    {
        var made = await shell.AskAsync("tenant", "create", "--name", "Bakery", "--owner", "ada-first@example.com", "--time-zone", "Europe/Vienna", "--locale", "de-at", "--currency", "EUR");
        made.GetProperty("owner").GetProperty("link").GetString()!.ShouldEndWith(made.GetProperty("owner").GetProperty("token").GetString()!);
        using var ada = Business.Client(host, null);
        using var joined = await ada.PostAsJsonAsync($"/api/invitations/{made.GetProperty("owner").GetProperty("token").GetString()}/accept", new { name = "Ada", password = "a long password 1" });
        joined.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var signedIn = await ada.PostAsJsonAsync("/api/auth/sign-in", new { email = "ada-first@example.com", password = "a long password 1" });
        signedIn.StatusCode.ShouldBe(HttpStatusCode.OK);
        var members = await shell.AskAsync("member", "list", "--tenant", made.GetProperty("tenant").GetProperty("id").GetString()!);
        members[0].GetProperty("role").GetString().ShouldBe("owner");
    }

    [Fact]
    public async Task What_a_command_changes_is_in_force_at_the_running_program_within_seconds()
    {
        var tenant = await NewTenantAsync();
        var key = await shell.AskAsync("key", "create", "--tenant", tenant, "--name", "Shop");
        using var program = Business.Client(host, key.GetProperty("key").GetString());
        (await program.GetAsync("/api/tenant")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await shell.AskAsync("tenant", "suspend", tenant);
        await UntilAsync(program, HttpStatusCode.Forbidden);
        await program.GetAsync("/api/tenant").ShouldBeProblemAsync(403, "tenant.suspended");
        await shell.AskAsync("tenant", "resume", tenant);
        await UntilAsync(program, HttpStatusCode.OK);
        await shell.AskAsync("key", "revoke", "--tenant", tenant, key.GetProperty("id").GetString()!);
        await UntilAsync(program, HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Members_are_added_given_roles_and_removed_and_the_last_owner_stays()
    {
        var tenant = await NewTenantAsync();
        var ada = await shell.AskAsync("member", "add", "--tenant", tenant, "--email", "ada-m@example.com", "--name", "Ada", "--role", "owner");
        using var browser = Business.Client(host, null);
        var first = new { email = "ada-m@example.com", password = ada.GetProperty("password").GetString() };
        (await browser.PostAsJsonAsync("/api/auth/sign-in", first)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await shell.RefusedAsync("member", "role", "--tenant", tenant, "--email", "ada-m@example.com", "--role", "agent")).ShouldBe("member.last_owner");
        (await shell.RefusedAsync("member", "remove", "--tenant", tenant, "--email", "ada-m@example.com")).ShouldBe("member.last_owner");
        (await shell.RefusedAsync("member", "add", "--tenant", tenant, "--email", "ada-m@example.com", "--name", "Ada", "--role", "agent")).ShouldBe("member.exists");
        (await shell.AskAsync("member", "invite", "--tenant", tenant, "--email", "ben-m@example.com", "--role", "agent")).GetProperty("token").GetString()!.ShouldStartWith("inv_");
        var reset = await shell.AskAsync("member", "reset-password", "--email", "ada-m@example.com");
        (await browser.PostAsJsonAsync("/api/auth/sign-in", first)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await browser.PostAsJsonAsync("/api/auth/sign-in", new { first.email, password = reset.GetProperty("password").GetString() })).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_owner_made_on_the_machine_is_told_to_those_who_are_in_the_tenant()
    {
        var tenant = await NewTenantAsync();
        var ada = await shell.AskAsync("member", "add", "--tenant", tenant, "--email", "ada-told@example.com", "--name", "Ada", "--role", "owner");
        await shell.AskAsync("member", "invite", "--tenant", tenant, "--email", "ben-told@example.com", "--role", "owner");
        await shell.AskAsync("member", "add", "--tenant", tenant, "--email", "cy-told@example.com", "--name", "Cy", "--role", "agent");
        await shell.AskAsync("member", "role", "--tenant", tenant, "--email", "cy-told@example.com", "--role", "owner");
        using var browser = new HttpClient(new SocketsHttpHandler()) { BaseAddress = host.Address };
        (await browser.PostAsJsonAsync("/api/auth/sign-in", new { email = "ada-told@example.com", password = ada.GetProperty("password").GetString() })).StatusCode.ShouldBe(HttpStatusCode.OK);
        var told = (await browser.GetFromJsonAsync<JsonElement>("/api/notices")).GetProperty("items").EnumerateArray().Select(notice => $"{notice.GetProperty("topic")} {notice.GetProperty("severity")}");
        told.ShouldBe(["owner.added urgent", "owner.invited urgent"], ignoreOrder: true);
    }

    [Fact]
    public async Task An_account_that_nobody_proved_gets_a_new_password_with_its_next_membership()
    {
        var (first, second) = (await NewTenantAsync(), await NewTenantAsync());
        var before = await shell.AskAsync("member", "add", "--tenant", first, "--email", "cy-unproven@example.com", "--name", "Cy", "--role", "agent");
        var after = await shell.AskAsync("member", "add", "--tenant", second, "--email", "cy-unproven@example.com", "--name", "Cy", "--role", "owner");
        after.GetProperty("account").GetString().ShouldBe("newPassword");
        using var browser = Business.Client(host, null);
        async Task<HttpStatusCode> SignInAsync(JsonElement made)
        {
            using var answer = await browser.PostAsJsonAsync("/api/auth/sign-in", new { email = "cy-unproven@example.com", password = made.GetProperty("password").GetString() });
            return answer.StatusCode;
        }

        (await SignInAsync(before), await SignInAsync(after)).ShouldBe((HttpStatusCode.Unauthorized, HttpStatusCode.OK));
    }

    [Fact]
    public async Task Operators_are_made_on_the_machine()
    {
        var olga = await shell.AskAsync("operator", "add", "--email", "olga-cli@example.com", "--name", "Olga");
        using var browser = Business.Client(host, null);
        var credentials = new { email = "olga-cli@example.com", password = olga.GetProperty("password").GetString() };
        (await browser.PostAsJsonAsync("/api/operator/auth/sign-in", credentials)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await shell.RefusedAsync("operator", "add", "--email", "Olga-cli@example.com", "--name", "Olga")).ShouldBe("operator.exists");
        await shell.AskAsync("operator", "reset-password", "--email", "olga-cli@example.com");
        (await browser.PostAsJsonAsync("/api/operator/auth/sign-in", credentials)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        await shell.AskAsync("operator", "remove", "--email", "olga-cli@example.com");
        (await shell.RefusedAsync("operator", "remove", "--email", "olga-cli@example.com")).ShouldBe("operator.not_found");
    }

    [Fact]
    public async Task A_deletion_is_undone_and_names_serve_where_they_are_unique()
    {
        var name = $"Shop {Guid.NewGuid():N}";
        await shell.AskAsync("tenant", "create", "--name", name, "--owner", "a@example.com");
        (await shell.AskAsync("tenant", "delete", name)).GetProperty("eraseAt").GetDateTimeOffset().ShouldBeGreaterThan(DateTimeOffset.UtcNow.AddDays(29));
        (await shell.AskAsync("tenant", "list", "--state", "deleting")).EnumerateArray().ShouldContain(tenant => tenant.GetProperty("name").GetString() == name);
        (await shell.AskAsync("tenant", "undelete", name)).GetProperty("state").GetString().ShouldBe("active");
        (await shell.RefusedAsync("tenant", "undelete", name)).ShouldBe("tenant.state");
        await shell.AskAsync("tenant", "create", "--name", name, "--owner", "a@example.com");
        (await shell.RefusedAsync("tenant", "show", name)).ShouldBe("tenant.ambiguous");
        (await shell.RefusedAsync("tenant", "show", Guid.NewGuid().ToString())).ShouldBe("tenant.not_found");
    }

    [Fact]
    public async Task People_read_text_and_a_command_line_that_cannot_be_read_has_a_code_of_its_own()
    {
        await NewTenantAsync();
        var (code, output, _) = await shell.RunAsync("tenant", "list");
        (code, output.StartsWith("ID", StringComparison.Ordinal)).ShouldBe((CommandLine.Done, true));
        (await shell.RunAsync("tenant", "lost")).Code.ShouldBe(CommandLine.Unreadable);
        (await shell.RunAsync("tenant", "create", "--name", "x")).Code.ShouldBe(CommandLine.Unreadable);
        (await shell.RunAsync("key", "create", "--tenant", "x", "--name", "x", "--permission", "everything")).Code.ShouldBe(CommandLine.Unreadable);
        (await shell.RefusedAsync("tenant", "create", "--name", "x", "--owner", "nobody")).ShouldBe("input.email");
        (await shell.RunAsync("--help")).Output.ShouldContain("tenant");
        (await shell.RunAsync("migrate")).Code.ShouldBe(CommandLine.Done);
    }

    [Fact]
    public async Task Without_its_database_or_with_another_key_a_command_says_so()
    {
        var away = new Shell([.. host.Settings.Where(setting => !setting.Contains("ConnectionStrings", StringComparison.Ordinal)), "--ConnectionStrings:Steward=Host=127.0.0.1;Port=1;Username=steward_app;Database=x;Timeout=2"]);
        (await away.RunAsync("tenant", "list")).Code.ShouldBe(CommandLine.Unreachable);
        var foreign = new Shell([.. host.Settings, $"--STEWARD_MASTER_KEY={Convert.ToBase64String(new byte[32])}"]);
        var (code, _, error) = await foreign.RunAsync("tenant", "list");
        code.ShouldBe(CommandLine.Unreachable);
        error.ShouldContain("master key");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(false, "--urls=http://localhost:5000")]
    [InlineData(false, "--environment=Production", "tenant")]
    [InlineData(true, "tenant")]
    [InlineData(true, "--help")]
    [InlineData(true, "nonsense")]
    public void Settings_are_the_server_s_and_words_are_commands(bool command, params string[] args) => CommandLine.Holds(args).ShouldBe(command);

    private async Task<string> NewTenantAsync() =>
        (await shell.AskAsync("tenant", "create", "--name", $"Shop {Guid.NewGuid():N}", "--owner", "owner@example.com")).GetProperty("tenant").GetProperty("id").GetString()!;

    private static async Task UntilAsync(HttpClient program, HttpStatusCode status)
    {
        for (var look = 0; look < 1000; look++)
        {
            using var answer = await program.GetAsync("/api/tenant");
            if (answer.StatusCode == status)
            {
                return;
            }

            await Task.Delay(20);
        }

        throw new TimeoutException($"The program never answered {status}.");
    }
}
