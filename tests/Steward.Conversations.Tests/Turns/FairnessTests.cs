using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.DependencyInjection;
using Steward.Conversations.Nodes;
using Steward.Platform.Limits;
using Steward.Platform.Tenancy;
using Steward.Testing;

namespace Steward.Conversations.Tests.Turns;

public sealed class FairnessTests(PostgresServer server)
{
    [Fact]
    public async Task A_tenant_with_one_message_is_served_before_the_rest_of_a_tenant_with_hundreds()
    {
        await using var database = await Node.DatabaseAsync(server);
        var small = (await database.Tenants.CreateAsync("Small", default)).Id;
        await using (var former = await Node.StartAsync(database, configure: static settings => settings.TurnsPerNode = 0, background: false))
        {
            await LeaveAsync(former, database.Tenant, 200);
            await LeaveAsync(former, small, 1);
        }

        var order = await ServeAsync(database, 201);
        order.IndexOf(small).ShouldBeLessThan(40);
    }

    [Fact]
    public async Task Two_tenants_with_work_are_served_by_their_weights()
    {
        await using var database = await Node.DatabaseAsync(server);
        var heavy = (await database.Tenants.CreateAsync("Heavy", default)).Id;
        await using (var former = await Node.StartAsync(database, configure: static settings => settings.TurnsPerNode = 0, background: false))
        {
            await LeaveAsync(former, database.Tenant, 60);
            await LeaveAsync(former, heavy, 60);
        }

        var order = await ServeAsync(database, 120, new Weighted(heavy, 3));
        order.Take(40).Count(tenant => tenant == heavy).ShouldBeInRange(24, 36);
    }

    [Fact]
    public async Task A_tenant_whose_work_fills_its_share_leaves_room_for_its_own_new_messages_and_for_others()
    {
        await using var database = await Node.DatabaseAsync(server);
        var other = (await database.Tenants.CreateAsync("Other", default)).Id;
        await using (var former = await Node.StartAsync(database, configure: static settings => settings.TurnsPerNode = 0, background: false))
        {
            await LeaveAsync(former, database.Tenant, 30);
        }

        var hold = new TaskCompletionSource();
        await using var node = await Node.StartAsync(
            database, TestAuthor.HeldUntil(hold.Task), configure: static settings => (settings.TurnsPerNode, settings.TurnsPerTenant) = (16, 8));
        await Node.UntilAsync(() => Task.FromResult(node.Author.Briefs.Count == 6));

        var mine = await node.Intake.StartAsync(database.Tenant, new StartConversation(), default);
        await node.Intake.ReceiveAsync(database.Tenant, new IncomingMessage("new", mine.Id, Wait: true), default);
        var theirs = await node.Intake.StartAsync(other, new StartConversation(), default);
        await node.Intake.ReceiveAsync(other, new IncomingMessage("new", theirs.Id, Wait: true), default);
        await Node.UntilAsync(() => Task.FromResult(node.Author.Briefs.Count == 8));

        hold.SetResult();
        await Node.UntilAsync(async () => await LeftAsync(database) == 0);
    }

    [Fact]
    public async Task Work_is_found_behind_any_number_of_tenants_whose_work_is_not_due()
    {
        await using var database = await Node.DatabaseAsync(server);
        await using var former = await Node.StartAsync(database, configure: static settings => settings.TurnsPerNode = 0, background: false);
        for (var i = 0; i < 20; i++)
        {
            await LeaveAsync(former, (await database.Tenants.CreateAsync($"Busy {i}", default)).Id, 1);
        }

        await database.AskAsync("update conversations.work set look_at = clock_timestamp() + interval '1 hour'");
        var last = (await database.Tenants.CreateAsync("Last", default)).Id;
        await LeaveAsync(former, last, 1);
        await using var node = await Node.StartAsync(database);
        await Node.UntilAsync(async () => (long)(await database.AskAsync($"select count(*) from conversations.work where tenant_id = '{last}'"))! == 0);
    }

    [Fact]
    public void In_any_order_of_service_no_tenant_waits_for_more_than_a_round_of_each_other() =>
        Prop.ForAll(
            Gen.Zip(Gen.Choose(1, 40), Gen.Choose(1, 4)).ListOf().Where(static list => list.Count is > 0 and < 8).ToArbitrary(),
            tenants =>
            {
                var known = tenants.Select(one => (Id: TenantId.New(), Due: one.Item1, Weight: one.Item2)).ToList();
                var weights = known.ToDictionary(one => one.Id, one => one.Weight);
                var order = FairOrder.Of(
                    known.SelectMany(one => Enumerable.Range(1, one.Due).Select(place => new DueWork(new ConversationKey(one.Id, Guid.NewGuid()), place))),
                    tenant => weights[tenant]).ToList();
                return order.Count == known.Sum(one => one.Due) && known.TrueForAll(one =>
                    order.FindIndex(key => key.Tenant == one.Id) <= known.Where(other => other.Id != one.Id).Sum(other => other.Weight));
            }).QuickCheckThrowOnFailure();

    private static async Task LeaveAsync(Node node, TenantId tenant, int messages)
    {
        for (var i = 0; i < messages; i++)
        {
            var started = await node.Intake.StartAsync(tenant, new StartConversation(), default);
            await node.Intake.ReceiveAsync(tenant, new IncomingMessage("Hello", started.Id, MustStore: true), default);
        }
    }

    /// <summary>Serves what is due on one node and returns whose turns began, in order.</summary>
    private static async Task<List<TenantId>> ServeAsync(TestDatabase database, int count, ITenantLimits? limits = null)
    {
        var order = new List<TenantId>();
        var author = new TestAuthor
        {
            Write = (turn, _, _) =>
            {
                lock (order)
                {
                    order.Add(turn.Tenant);
                }

                return Task.FromResult(TestAuthor.Reply(turn));
            },
        };
        // The quiet window of the last message is over: what is measured is who is taken first, not who waits for more to come.
        await Task.Delay(TimeSpan.FromMilliseconds(400));
        await using var node = await Node.StartAsync(
            database, author,
            configure: static settings => (settings.TurnsPerNode, settings.TurnsPerTenant) = (16, 8),
            more: services =>
            {
                if (limits is not null)
                {
                    services.AddSingleton(limits);
                }
            });
        await Node.UntilAsync(async () => await LeftAsync(database) == 0);
        order.Count.ShouldBe(count);
        return order;
    }

    private static async Task<long> LeftAsync(TestDatabase database) => (long)(await database.AskAsync("select count(*) from conversations.work"))!;

    private sealed class Weighted(TenantId heavy, int weight) : ITenantLimits
    {
        private static readonly LimitValues None = new(0, 0, 0, 0, 0, 1, 0, 0, 0);

        public IReadOnlyDictionary<TenantId, int> Weights { get; } = new Dictionary<TenantId, int> { [heavy] = weight };

        public LimitValues Of(TenantId tenant) => tenant == heavy ? None with { Weight = weight } : None;
    }
}
