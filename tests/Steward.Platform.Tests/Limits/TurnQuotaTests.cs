using Microsoft.Extensions.Logging.Abstractions;
using Steward.Platform.Limits;
using Steward.Platform.Limits.Settings;
using Steward.Platform.Limits.Slices;
using Steward.Platform.Limits.Turns;
using Steward.Platform.Notices.Raising;
using Steward.Platform.Postgres;
using Steward.Platform.Wakeups;
using Steward.Testing;

namespace Steward.Platform.Tests.Limits;

public sealed class TurnQuotaTests(PostgresServer server)
{
    [Fact]
    public async Task Two_nodes_give_a_month_s_quota_out_whole_and_never_pass_it()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        using var one = new QuotaNode(database, 100);
        using var other = new QuotaNode(database, 100);

        var taken = await Task.WhenAll(Enumerable.Range(0, 12).Select(worker => Task.Run(async () =>
        {
            var uses = 0;
            for (var i = 0; i < 30; i++)
            {
                uses += await (worker % 2 == 0 ? one : other).Quota.TakeAsync(database.Tenant, default) is null ? 0 : 1;
            }

            return uses;
        })));

        taken.Sum().ShouldBe(100);
        (await one.Quota.ReadAsync(database.Tenant, default)).ShouldBe(100);
    }

    [Fact]
    public async Task A_turn_that_made_no_reply_does_not_count()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        using var node = new QuotaNode(database, 1);
        var first = await node.Quota.TakeAsync(database.Tenant, default);
        (await node.Quota.TakeAsync(database.Tenant, default)).ShouldBeNull();
        node.Quota.PutBack(first!.Value);
        (await node.Quota.TakeAsync(database.Tenant, default)).ShouldNotBeNull();
        (await node.Quota.TakeAsync(database.Tenant, default)).ShouldBeNull();
    }

    [Fact]
    public async Task Without_a_quota_turns_are_counted_afterwards_and_a_quota_that_is_set_later_counts_them()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        using (var node = new QuotaNode(database, 0))
        {
            for (var i = 0; i < 5; i++)
            {
                (await node.Quota.TakeAsync(database.Tenant, default)).ShouldNotBeNull();
            }

            (await node.Quota.ReadAsync(database.Tenant, default)).ShouldBe(0);
            await node.Desk.RoundAsync(null, default);
            (await node.Quota.ReadAsync(database.Tenant, default)).ShouldBe(5);
        }

        using var later = new QuotaNode(database, 6);
        (await later.Quota.TakeAsync(database.Tenant, default)).ShouldNotBeNull();
        (await later.Quota.TakeAsync(database.Tenant, default)).ShouldBeNull();
    }

    [Fact]
    public async Task A_month_is_the_tenant_s_own()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        var vienna = (await database.Tenants.CreateAsync("Vienna", default, "Europe/Vienna")).Id;
        var time = new ManualTime(new DateTimeOffset(2026, 10, 31, 23, 30, 0, TimeSpan.Zero));
        using var node = new QuotaNode(database, 1, time);
        (await node.Quota.TakeAsync(vienna, default))!.Value.Month.ShouldBe("2026-11");
        (await node.Quota.TakeAsync(database.Tenant, default))!.Value.Month.ShouldBe("2026-10");
        (await node.Quota.TakeAsync(database.Tenant, default)).ShouldBeNull();
        time.Advance(TimeSpan.FromHours(1));
        (await node.Quota.TakeAsync(database.Tenant, default))!.Value.Month.ShouldBe("2026-11");
        (await node.Quota.TakeAsync(vienna, default)).ShouldBeNull();
    }

    [Fact]
    public async Task People_are_told_once_of_four_fifths_and_once_of_all()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        using var node = new QuotaNode(database, 10);
        var notices = new TurnQuotaNotices(database.Database, node.Limits, new NoticeBoard(new SilentWakeups(), TimeProvider.System));
        foreach (var (turns, told) in new (int Turns, string? Told)[] { (7, null), (1, "quota.turns_near"), (1, "quota.turns_near"), (1, "quota.turns_near,quota.turns_used_up") })
        {
            for (var i = 0; i < turns; i++)
            {
                (await node.Quota.TakeAsync(database.Tenant, default)).ShouldNotBeNull();
            }

            await notices.RunAsync(default);
            await notices.RunAsync(default);
            ((await database.AskAsync("select string_agg(topic, ',' order by topic) from platform.notices")) as string).ShouldBe(told);
        }
    }

    [Theory]
    [InlineData(79, 100, null)]
    [InlineData(80, 100, 80)]
    [InlineData(3, 4, null)]
    [InlineData(4, 4, 100)]
    [InlineData(101, 100, 100)]
    [InlineData(5, 0, null)]
    public void A_share_is_reached_when_it_is(long used, long quota, int? share) => TurnQuotaNotices.Share(used, quota).ShouldBe(share);

    private sealed class QuotaNode : IDisposable
    {
        public QuotaNode(TestDatabase database, long quota, TimeProvider? time = null)
        {
            time ??= TimeProvider.System;
            Desk = new SliceDesk(database.Database, time, NullLogger<SliceDesk>.Instance);
            Limits = new TenantLimits(database.Database, new SilentWakeups(), LimitValues.Defaults with { TurnsPerMonth = quota }, time, NullLogger<TenantLimits>.Instance);
            Quota = new TurnQuota(database.Database, Limits, Desk, time);
        }

        public SliceDesk Desk { get; }

        public TenantLimits Limits { get; }

        public TurnQuota Quota { get; }

        public void Dispose()
        {
            Desk.Dispose();
            Limits.Dispose();
        }
    }
}
