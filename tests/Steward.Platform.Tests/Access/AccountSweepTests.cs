using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Steward.Platform.Access;
using Steward.Platform.Access.Accounts;
using Steward.Platform.Retention;
using Steward.Testing;

namespace Steward.Platform.Tests.Access;

public sealed class AccountSweepTests(PostgresServer server) : IAsyncLifetime
{
    private AccessHost host = null!;
    private HttpClient browser = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        host = await AccessHost.StartAsync(server);
        await host.AddAsync("ada@example.com", Role.Owner);
        browser = await host.BrowserAsync("ada@example.com");
    }

    public async ValueTask DisposeAsync()
    {
        browser.Dispose();
        await host.DisposeAsync();
    }

    [Fact]
    public async Task An_account_goes_when_it_was_of_no_tenant_for_a_month()
    {
        await LeaveAsync("bo@example.com");
        await SweepAsync();
        await BackdateAsync("29 days 23:59:00");
        await SweepAsync();
        (await AccountsAsync()).ShouldBe("ada@example.com,bo@example.com");
        await BackdateAsync("30 days 00:01:00");
        await SweepAsync();
        (await AccountsAsync()).ShouldBe("ada@example.com");
    }

    [Fact]
    public async Task A_membership_or_an_open_invitation_keeps_an_account_and_the_month_begins_anew()
    {
        await LeaveAsync("bo@example.com");
        await SweepAsync();
        await BackdateAsync("31 days");
        await browser.PostAsJsonAsync("/api/invitations", new { email = "Bo@example.com", role = "agent" }, Ct).JsonAsync(201);
        await SweepAsync();
        (await host.Database.AskAsync("select count(*) from platform.accounts where left_at is not null")).ShouldBe(0L);
        await host.Database.AskAsync("update platform.invitations set expires_at = now()");
        await SweepAsync();
        (await AccountsAsync()).ShouldBe("ada@example.com,bo@example.com");
    }

    [Fact]
    public async Task Mailed_secrets_go_when_they_have_expired()
    {
        await browser.PostAsync("/api/auth/verification", null, Ct).JsonAsync(202);
        await SweepAsync();
        (await host.Database.AskAsync("select count(*) from platform.account_tokens")).ShouldBe(1L);
        await host.Database.AskAsync("update platform.account_tokens set expires_at = now() - interval '1 second'");
        await SweepAsync();
        (await host.Database.AskAsync("select count(*) from platform.account_tokens")).ShouldBe(0L);
    }

    [Fact]
    public async Task Invitations_go_a_month_after_they_were_accepted_or_expired()
    {
        foreach (var (email, change) in new[]
        {
            ("open@example.com", "expires_at = now() + interval '1 day'"), ("expired@example.com", "expires_at = now() - interval '31 days'"),
            ("lately@example.com", "expires_at = now() - interval '29 days'"), ("joined@example.com", "accepted_at = now() - interval '31 days'"),
        })
        {
            await browser.PostAsJsonAsync("/api/invitations", new { email, role = "agent" }, Ct).JsonAsync(201);
            await host.Database.AskAsync($"update platform.invitations set {change} where email = '{email}'");
        }

        await host.Services.GetRequiredService<RetentionWork>().RunAsync(Ct);
        (await host.Database.AskAsync("select string_agg(email, ',' order by email) from platform.invitations")).ShouldBe("lately@example.com,open@example.com");
    }

    private Task SweepAsync() => ActivatorUtilities.CreateInstance<AccountSweep>(host.Services).RunAsync(Ct);

    private async Task LeaveAsync(string email)
    {
        var member = await host.AddAsync(email, Role.Agent);
        await browser.DeleteAsync($"/api/members/{member}", Ct).JsonAsync(204);
    }

    private Task<object?> BackdateAsync(string age) => host.Database.AskAsync($"update platform.accounts set left_at = now() - interval '{age}' where left_at is not null");

    private Task<object?> AccountsAsync() => host.Database.AskAsync("select string_agg(email, ',' order by email) from platform.accounts");
}
