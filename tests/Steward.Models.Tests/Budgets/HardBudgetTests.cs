using Steward.Models.Budgets;
using Steward.Platform.Postgres;
using Steward.Testing;

namespace Steward.Models.Tests.Budgets;

public sealed class HardBudgetTests(PostgresServer server)
{
    private Task<TestDatabase> DatabaseAsync() => TestDatabase.CreateAsync(server, ("models", typeof(IModels).Assembly));

    [Fact]
    public async Task Without_a_hard_budget_every_call_is_made_and_counted()
    {
        await using var database = await DatabaseAsync();
        await using var node = await BudgetNode.StartAsync(database);
        for (var i = 0; i < 5; i++) (await node.CallAsync()).ShouldBeTrue();
        node.Desk.VerdictOf(database.Tenant, Calling.Purpose).ShouldBe(BudgetVerdict.Free);
        await node.Ledger.StopAsync(default);
        var (_, figures) = await node.Store.ReadAsync(database.Tenant, default);
        figures["tenant.day"].SpentUsd.ShouldBe(5 * BudgetNode.PriceOfCall);
        figures["tenant.month"].SpentUsd.ShouldBe(5 * BudgetNode.PriceOfCall);
        figures.ContainsKey("service.rerank.month").ShouldBeFalse();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Many_callers_on_many_nodes_never_pass_a_hard_budget_and_can_use_nearly_all_of_it(int nodes)
    {
        await using var database = await DatabaseAsync();
        var all = await NodesAsync(database, nodes);
        await all[0].SetAsync("tenant.day", 1m, 1.0m);
        foreach (var node in all) await node.Book.RefreshAsync(default);
        var made = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, 32), new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (i, ct) =>
        {
            for (var call = 0; call < 12; call++)
                if (await all[i % nodes].CallAsync(ct: ct)) Interlocked.Increment(ref made);
        });
        // 1.00 / 0.0125 = 80; the bound of a call is a little above its price, and each node may hold some for its next call.
        made.ShouldBeInRange(80 - (3 * nodes), 80);
        await StopAsync(all);
        (await database.AskAsync("select sum(cost_usd) from models.spend")).ShouldBe(made * BudgetNode.PriceOfCall);
    }

    [Fact]
    public async Task What_two_nodes_do_not_use_goes_back_and_either_can_use_what_is_left()
    {
        await using var database = await DatabaseAsync();
        var time = new ManualTime(DateTimeOffset.UtcNow);
        await using var one = await BudgetNode.StartAsync(database, time);
        await using var other = await BudgetNode.StartAsync(database, time);
        await one.SetAsync("tenant.month", null, 0.06m);
        await other.Book.RefreshAsync(default);
        (await one.CallAsync()).ShouldBeTrue();
        (await other.CallAsync()).ShouldBeTrue();
        time.Advance(Slice.Idle + TimeSpan.FromSeconds(1));
        await one.Desk.AskAsync(default);
        var made = 2;
        while (await other.CallAsync()) made++;
        made.ShouldBe(4);
        (await one.CallAsync()).ShouldBeFalse();
        (one.Sent + other.Sent).ShouldBe(4);
    }

    [Fact]
    public async Task A_restart_remembers_what_was_spent_and_gets_back_what_was_not()
    {
        await using var database = await DatabaseAsync();
        var first = await BudgetNode.StartAsync(database);
        await first.SetAsync("tenant.day", null, 0.1m);
        for (var i = 0; i < 3; i++) (await first.CallAsync()).ShouldBeTrue();
        await first.StopAsync();
        await first.DisposeAsync();

        await using var second = await BudgetNode.StartAsync(database);
        var made = 3;
        while (await second.CallAsync()) made++;
        made.ShouldBe(7, "0.1 covers 8 prices, and 7 and the bound of an eighth call");
    }

    [Fact]
    public async Task A_killed_nodes_slice_counts_as_spent_until_its_rows_are_summed_and_never_lets_the_cap_be_passed()
    {
        await using var database = await DatabaseAsync();
        await using var killed = await BudgetNode.StartAsync(database);
        await killed.SetAsync("tenant.day", null, 0.5m);
        for (var i = 0; i < 4; i++) (await killed.CallAsync()).ShouldBeTrue();
        await WaitForRowsAsync(database, 4);
        // The provider has answered these, and their rows are lost with the node.
        killed.Ledger.Dispose();
        for (var i = 0; i < 3; i++) (await killed.CallAsync()).ShouldBeTrue();
        var truth = killed.Sent;
        truth.ShouldBe(7);

        var granted = (decimal)(await database.AskAsync("select granted_usd from models.budget_uses where budget = 'tenant.day'"))!;
        granted.ShouldBeGreaterThanOrEqualTo(truth * BudgetNode.PriceOfCall);
        await using var alive = await BudgetNode.StartAsync(database);
        while (await alive.CallAsync()) truth++;
        (truth * BudgetNode.PriceOfCall).ShouldBeLessThanOrEqualTo(0.5m);
        var before = truth;

        await SettleAsync(database, TimeSpan.Zero);
        await Task.Delay(1100);
        while (await alive.CallAsync()) truth++;
        truth.ShouldBeGreaterThanOrEqualTo(before);
        (truth * BudgetNode.PriceOfCall).ShouldBeLessThanOrEqualTo(0.5m);
    }

    [Fact]
    public async Task A_node_that_was_only_slow_takes_its_account_up_again()
    {
        await using var database = await DatabaseAsync();
        await using var node = await BudgetNode.StartAsync(database);
        await node.SetAsync("tenant.day", null, 1m);
        for (var i = 0; i < 4; i++) await node.CallAsync();
        await SettleAsync(database, TimeSpan.Zero);
        var made = 4;
        while (await node.CallAsync()) made++;
        made.ShouldBeInRange(78, 80);
        (await database.AskAsync("select bool_or(settled) from models.budget_uses where budget = 'tenant.day' and granted_usd > 0")).ShouldBe(false);
    }

    [Fact]
    public async Task A_model_without_a_price_is_refused_by_a_hard_budget_only()
    {
        await using var database = await DatabaseAsync();
        await using var node = await BudgetNode.StartAsync(database);
        (await node.CallAsync(model: "my-own-model")).ShouldBeTrue();
        await node.SetAsync("tenant.day", null, 100m);
        var refused = await Should.ThrowAsync<ModelFailedException>(() => node.CallAsync(model: "my-own-model"));
        refused.Code.ShouldBe("unpriced");
        node.Sent.ShouldBe(1);
        await node.StopAsync();
        (await database.AskAsync("select count(*) from models.spend")).ShouldBe(1L, "what is refused leaves no row");
        (await database.AskAsync("select unpriced from models.spend")).ShouldBe(true);
    }

    [Fact]
    public async Task A_budget_of_one_assistant_or_service_binds_nothing_else()
    {
        await using var database = await DatabaseAsync();
        await using var node = await BudgetNode.StartAsync(database);
        var assistant = Guid.NewGuid();
        await node.SetAsync($"assistant.{assistant:D}.day", null, 0.02m);
        await node.SetAsync("service.judge.month", null, 0.02m);
        var purpose = new CallPurpose("chat", "turn", assistant);
        (await node.CallAsync(purpose)).ShouldBeTrue();
        (await node.CallAsync(purpose)).ShouldBeFalse();
        (await node.CallAsync()).ShouldBeTrue();
        (await node.CallAsync(new CallPurpose("judge", "evaluation"))).ShouldBeTrue();
        (await node.CallAsync(new CallPurpose("judge", "evaluation"))).ShouldBeFalse();
        node.Desk.VerdictOf(database.Tenant, purpose).ShouldBe(BudgetVerdict.Exhausted);
        node.Desk.VerdictOf(database.Tenant, Calling.Purpose).ShouldBe(BudgetVerdict.Free);
    }

    [Fact]
    public async Task A_raised_budget_lets_calls_in_again_a_lowered_one_stops_them_and_a_removed_one_binds_no_more()
    {
        await using var database = await DatabaseAsync();
        await using var node = await BudgetNode.StartAsync(database);
        await node.SetAsync("tenant.day", null, 0.02m);
        (await node.CallAsync()).ShouldBeTrue();
        (await node.CallAsync()).ShouldBeFalse();
        await node.SetAsync("tenant.day", null, 10m);
        for (var i = 0; i < 10; i++) (await node.CallAsync()).ShouldBeTrue();
        await node.SetAsync("tenant.day", null, 0.1m);
        (await node.CallAsync()).ShouldBeFalse();
        (await node.Store.DeleteAsync(database.Tenant, BudgetName.Parse("tenant.day")!, null, default)).ShouldBe(BudgetEdit.Stored);
        (await node.CallAsync()).ShouldBeTrue();
        await node.SetAsync("tenant.day", null, 0.17m);
        (await node.CallAsync()).ShouldBeTrue("12 calls cost 0.15, those before the cap included, and a 13th fits");
        (await node.CallAsync()).ShouldBeFalse();
    }

    [Fact]
    public async Task A_cap_that_is_set_late_counts_what_was_spent_before_it()
    {
        await using var database = await DatabaseAsync();
        await using var node = await BudgetNode.StartAsync(database);
        var assistant = Guid.NewGuid();
        var purpose = new CallPurpose("chat", "turn", assistant);
        for (var i = 0; i < 4; i++) await node.CallAsync(purpose);
        await WaitForRowsAsync(database, 4);
        await node.SetAsync($"assistant.{assistant:D}.month", null, 0.08m);
        var made = 4;
        while (await node.CallAsync(purpose)) made++;
        made.ShouldBe(6);
    }

    [Fact]
    public async Task A_new_period_opens_by_the_databases_clock_in_the_tenants_zone_whatever_the_nodes_clock_says()
    {
        await using var database = await DatabaseAsync();
        await database.AskAsync("update platform.tenants set time_zone = 'Europe/Copenhagen'");
        await ClockAsync(database, "2026-03-28 22:59:00+00");
        var time = new ManualTime(new DateTimeOffset(2026, 3, 28, 22, 59, 0, TimeSpan.Zero));
        await using var node = await BudgetNode.StartAsync(database, time);
        await node.SetAsync("tenant.day", null, 0.02m);
        (await node.CallAsync()).ShouldBeTrue();
        (await node.CallAsync()).ShouldBeFalse();
        await using var jumped = await BudgetNode.StartAsync(database, new ManualTime(new DateTimeOffset(2026, 4, 5, 12, 0, 0, TimeSpan.Zero)));
        (await jumped.CallAsync()).ShouldBeFalse("its own clock opens no other day");

        await ClockAsync(database, "2026-03-28 23:00:30+00");
        time.Advance(TimeSpan.FromSeconds(90));
        (await node.CallAsync()).ShouldBeTrue("midnight in Copenhagen");
        (await node.CallAsync()).ShouldBeFalse();
        // The 29th has 23 hours there.
        (await database.AskAsync("select extract(epoch from ends_at - starts_at) / 3600 from models.budget_periods where budget = 'tenant.day' and period = 20260329")).ShouldBe(23m);
        await node.StopAsync();
        (await database.AskAsync("select count(*) from (select 1 from models.spend group by (opened_at at time zone 'Europe/Copenhagen')::date having sum(cost_usd) > 0.02) passed")).ShouldBe(0L);
    }

    [Fact]
    public async Task A_call_that_ends_after_its_period_is_paid_from_the_period_it_began_in()
    {
        await using var database = await DatabaseAsync();
        await ClockAsync(database, "2026-03-28 23:59:50+00");
        var time = new ManualTime(new DateTimeOffset(2026, 3, 28, 23, 59, 50, TimeSpan.Zero));
        await using var node = await BudgetNode.StartAsync(database, time);
        await node.SetAsync("tenant.day", null, 0.02m);
        node.Meanwhile = async _ =>
        {
            node.Meanwhile = _ => Task.CompletedTask;
            await ClockAsync(database, "2026-03-29 00:00:30+00");
            time.Advance(TimeSpan.FromSeconds(40));
            await node.Desk.AskAsync(default);
        };
        (await node.CallAsync()).ShouldBeTrue();
        (await node.CallAsync()).ShouldBeTrue("today has its own cap");
        (await node.CallAsync()).ShouldBeFalse();
        await node.StopAsync();
        (await database.AskAsync("select string_agg(period || ':' || round(spent_usd, 4), ' ' order by period) from models.budget_uses where budget = 'tenant.day'"))
            .ShouldBe("20260328:0.0125 20260329:0.0125");
    }

    private static async Task<BudgetNode[]> NodesAsync(TestDatabase database, int count)
    {
        var nodes = new List<BudgetNode>();
        for (var i = 0; i < count; i++) nodes.Add(await BudgetNode.StartAsync(database));
        return [.. nodes];
    }

    private static async Task StopAsync(BudgetNode[] nodes)
    {
        foreach (var node in nodes)
        {
            await node.StopAsync();
            await node.DisposeAsync();
        }
    }

    private static Task<List<long>> SettleAsync(TestDatabase database, TimeSpan patience) =>
        database.Database.DispatchAsync("select models.settle_silent_budgets($1)", static row => row.GetInt64(0), default, Sql.Interval(patience));

    private static Task<object?> ClockAsync(TestDatabase database, string at) =>
        database.AskAsync($"create or replace function models.budget_now() returns timestamptz language sql volatile as $$ select '{at}'::timestamptz $$");

    private static async Task WaitForRowsAsync(TestDatabase database, long count)
    {
        while ((long)(await database.AskAsync("select count(*) from models.spend"))! < count) await Task.Delay(5);
    }
}
