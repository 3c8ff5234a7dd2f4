using Steward.Platform.Tenancy;
using Steward.Testing;

namespace Steward.Conversations.Tests.Turns;

public sealed class StoppedTenantTests(PostgresServer server)
{
    [Fact]
    public async Task A_stopped_tenant_s_messages_are_refused_and_nothing_is_stored()
    {
        await using var database = await Node.DatabaseAsync(server);
        await using var node = await Node.StartAsync(database);
        var conversation = await node.ConversationAsync();
        Standings(node).Set(node.Tenant, TenantStanding.Suspended);
        await Should.ThrowAsync<TenantStoppedException>(() => node.SayAsync(conversation, "Hello?"));
        await Should.ThrowAsync<TenantStoppedException>(() => node.ConversationAsync());
        (await node.MessagesAsync(conversation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_running_turn_of_a_stopped_tenant_gives_its_lease_back_and_is_answered_when_the_tenant_goes_on()
    {
        await using var database = await Node.DatabaseAsync(server);
        var never = new TaskCompletionSource();
        var author = TestAuthor.HeldUntil(never.Task);
        await using var node = await Node.StartAsync(database, author);
        var conversation = await node.ConversationAsync();
        await node.SayAsync(conversation, "Are you open?", wait: true);
        await Node.UntilAsync(() => Task.FromResult(!author.Briefs.IsEmpty));

        Standings(node).Set(node.Tenant, TenantStanding.Suspended);
        await Node.UntilAsync(async () => await database.AskAsync("select node from conversations.work") is DBNull);
        never.SetResult();
        await node.Get<Nodes.WorkScan>().LookAsync(CancellationToken.None);
        (await node.MessagesAsync(conversation)).Count.ShouldBe(1);
        author.Briefs.Count.ShouldBe(1);

        Standings(node).Set(node.Tenant, TenantStanding.Active);
        await Node.UntilAsync(async () => (await node.MessagesAsync(conversation)).Count == 2);
        (await node.MessagesAsync(conversation))[1].Text.ShouldBe("re: Are you open?");
    }

    [Fact]
    public async Task The_work_of_a_stopped_tenant_is_left_where_it_is_while_another_s_is_claimed()
    {
        await using var database = await Node.DatabaseAsync(server);
        var other = await database.Tenants.CreateAsync("Other", CancellationToken.None);
        await using var node = await Node.StartAsync(database, background: false);
        foreach (var tenant in (TenantId[])[node.Tenant, other.Id])
        {
            var conversation = (await node.Intake.StartAsync(tenant, new StartConversation(null, null, null), CancellationToken.None)).Id;
            await database.AskAsync(
                $"insert into conversations.work (tenant_id, conversation_id, since) values ('{tenant}', '{conversation}', now())");
        }

        Standings(node).Set(node.Tenant, TenantStanding.Suspended);
        await node.Get<Nodes.WorkScan>().LookAsync(CancellationToken.None);
        (await database.AskAsync($"select count(*) from conversations.work where tenant_id = '{node.Tenant}' and look_at <= clock_timestamp()")).ShouldBe(1L);
        (await database.AskAsync($"select count(*) from conversations.work where tenant_id = '{other.Id}'")).ShouldBe(0L);
    }

    private static TestStandings Standings(Node node) => (TestStandings)node.Get<ITenantStandings>();
}
