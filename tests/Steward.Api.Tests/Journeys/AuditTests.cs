using Steward.Api.Tests.Commands;

namespace Steward.Api.Tests.Journeys;

/// <summary>Who did something, as the whole program records it.</summary>
public sealed class AuditTests(ApiHost host)
{
    [Theory]
    [InlineData("")]
    [InlineData("?wait=60")]
    public async Task A_turn_that_a_message_begins_is_not_the_act_of_who_wrote_it(string wait)
    {
        var business = await host.NewBusinessAsync();
        var (conversation, _) = await business.StartAsync();
        await business.PostAsync($"/api/conversations/{conversation}/messages{wait}", new { text = "Hello?" });
        await Testing.Eventually.TrueAsync(async () => await ActorsAsync(business, "turn.committed") is not null);
        (await ActorsAsync(business, "message.received")).ShouldBe("key");
        (await ActorsAsync(business, "turn.committed")).ShouldBe("system");
        await host.AuditedAsync();
        (await business.GetAsync($"/api/audit?subject={conversation}")).GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task A_visitor_is_known_by_its_contact_and_not_by_its_address()
    {
        var business = await host.NewBusinessAsync();
        var (conversation, visitor) = await business.StartAsync();
        using var said = await visitor.PostAsync($"/api/conversations/{conversation}/messages", System.Net.Http.Json.JsonContent.Create(new { text = "Hello?" }));
        said.IsSuccessStatusCode.ShouldBeTrue();
        (await ApiHost.AskAsync(
            host.AdminConnection, $"select actor || ' ' || coalesce(origin, 'nowhere') from platform.events where tenant_id = '{business.Tenant}' and name = 'message.received'"))
            .ShouldBe("visitor nowhere");
    }

    [Fact]
    public async Task What_a_command_does_is_an_entry_of_the_tenant_and_of_the_installation()
    {
        var business = await host.NewBusinessAsync();
        await new Shell([.. host.Settings]).AskAsync("key", "create", "--tenant", business.Tenant.ToString(), "--name", "Shop");
        await host.AuditedAsync();
        var entry = (await business.GetAsync("/api/audit?kind=command")).GetProperty("items")[0];
        (entry.GetProperty("action").GetString(), entry.GetProperty("door").GetString()).ShouldBe(("api_key.created", "cli"));
        (await ApiHost.AskAsync(host.AdminConnection, $"select origin from platform.audit where of_tenant = '{business.Tenant}'")).ShouldBe($"{Environment.UserName}@{Environment.MachineName}");
    }

    private async Task<string?> ActorsAsync(Business business, string name) => await ApiHost.AskAsync(
        host.AdminConnection, $"select string_agg(distinct actor, ',') from platform.events where tenant_id = '{business.Tenant}' and name = '{name}'") as string;
}
