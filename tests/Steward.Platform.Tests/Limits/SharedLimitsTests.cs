using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Steward.Platform.Limits;
using Steward.Platform.Limits.Slices;
using Steward.Platform.Postgres;
using Steward.Testing;

namespace Steward.Platform.Tests.Limits;

public sealed class SharedLimitsTests(PostgresServer server)
{
    private static RateRule Rule(string windows) => RateRule.Parse("tenant", windows);

    [Fact]
    public async Task Two_nodes_share_a_limit_within_five_percent()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        using var one = Desk(database);
        using var other = Desk(database);
        var rule = Rule("1000/1h");

        var verdicts = await Task.WhenAll(Enumerable.Range(0, 32).Select(worker => Task.Run(async () =>
        {
            var allowed = 0;
            for (var i = 0; i < 100; i++)
            {
                allowed += (await (worker % 3 == 0 ? one : other).TakeAsync(database.Tenant, rule, "all", false, default)).Allowed ? 1 : 0;
                await Task.Yield();
            }

            return allowed;
        })));

        verdicts.Sum().ShouldBeInRange(950, 1050);
        var refused = await one.TakeAsync(database.Tenant, rule, "all", false, default);
        refused.Allowed.ShouldBeFalse();
        refused.RetryAfter.ShouldBeInRange(TimeSpan.FromMinutes(50), TimeSpan.FromMinutes(63));
    }

    [Fact]
    public async Task A_limit_of_money_is_not_passed_by_two_nodes()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        using var one = Desk(database);
        using var other = Desk(database);
        var rule = Rule("200/1h,100/1m");

        var verdicts = await Task.WhenAll(Enumerable.Range(0, 16).Select(worker => Task.Run(async () =>
        {
            var allowed = 0;
            for (var i = 0; i < 30; i++)
            {
                allowed += (await (worker % 2 == 0 ? one : other).TakeAsync(database.Tenant, rule, "all", true, default)).Allowed ? 1 : 0;
            }

            return allowed;
        })));

        verdicts.Sum().ShouldBeInRange(80, 100);
    }

    [Fact]
    public async Task A_sender_is_counted_exactly_and_what_is_refused_stores_nothing()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => Task.Run(() => CountAsync(database, "c", [30, 10], [3600, 60]))));

        outcomes.Count(wait => wait is null).ShouldBe(10);
        outcomes.OfType<TimeSpan>().ShouldAllBe(wait => wait > TimeSpan.FromSeconds(30) && wait < TimeSpan.FromSeconds(63));
        (await CountAsync(database, "another", [30, 10], [3600, 60])).ShouldBeNull();
    }

    [Fact]
    public async Task Uses_leave_the_count_with_their_window_and_not_before()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        for (var i = 0; i < 3; i++)
        {
            (await CountAsync(database, "c", [3], [48])).ShouldBeNull();
        }

        (await CountAsync(database, "c", [3], [48]))!.Value.ShouldBeInRange(TimeSpan.FromSeconds(46), TimeSpan.FromSeconds(49));
        await ShiftAsync(database, 47);
        (await CountAsync(database, "c", [3], [48]))!.Value.ShouldBeInRange(TimeSpan.Zero, TimeSpan.FromSeconds(2));
        await ShiftAsync(database, 3);
        (await CountAsync(database, "c", [3], [48])).ShouldBeNull();
    }

    [Fact]
    public async Task A_database_clock_that_goes_back_grants_nothing_more()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        for (var i = 0; i < 3; i++)
        {
            (await CountAsync(database, "c", [3], [60])).ShouldBeNull();
        }

        await ShiftAsync(database, -20);
        (await CountAsync(database, "c", [3], [60])).ShouldNotBeNull();
    }

    [Fact]
    public async Task What_a_clock_that_was_far_ahead_counted_leaves_with_its_window()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        for (var i = 0; i < 3; i++)
        {
            (await CountAsync(database, "c", [3], [48])).ShouldBeNull();
        }

        await ShiftAsync(database, -6000);
        (await CountAsync(database, "c", [3], [48]))!.Value.ShouldBeInRange(TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(49));
        // A refused use is not written; one of another rule moves nothing here.
        await ShiftAsync(database, 6000 + 50);
        (await CountAsync(database, "c", [3], [48])).ShouldBeNull();
    }

    [Fact]
    public async Task A_node_whose_clock_is_set_forward_or_back_grants_nothing_more()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        var clock = new SetClock();
        using var desk = new SliceDesk(database.Database, clock, NullLogger<SliceDesk>.Instance);
        var rule = Rule("60/1h");
        var allowed = 0;
        foreach (var set in new[] { 0, 2, -3, 48 })
        {
            clock.Set = TimeSpan.FromHours(set);
            for (var i = 0; i < 40; i++)
            {
                allowed += (await desk.TakeAsync(database.Tenant, rule, "all", false, default)).Allowed ? 1 : 0;
            }
        }

        allowed.ShouldBe(60);
    }

    [Fact]
    public async Task A_lease_that_is_given_back_is_there_again()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        var leased = await LeaseAsync(database, want: 25, give: 0, at: 0);
        leased.Granted.ShouldBe(25);
        (await LeaseAsync(database, want: 0, give: 25, at: leased.At)).Granted.ShouldBe(0);
        var counted = await database.Database.For(database.Tenant).ReadAsync("select sum(u) from platform.rate_counts c, unnest(c.uses) u where c.rule = 'lease'");
        counted.ShouldBe(0);
    }

    /// <summary>A clock that somebody sets; its running time goes on as it does.</summary>
    private sealed class SetClock : TimeProvider
    {
        public TimeSpan Set { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Set;
    }

    private static SliceDesk Desk(TestDatabase database) => new(database.Database, TimeProvider.System, NullLogger<SliceDesk>.Instance);

    private static async Task<(int Granted, long At)> LeaseAsync(TestDatabase database, int want, int give, long at)
    {
        var ask = $$"""[{"place":0,"tenant":"{{database.Tenant}}","rule":"lease","key":"k","limits":[1000],"seconds":[3600],"owed":0,"want":{{want}},"give":{{give}},"give_at":{{at}}}]""";
        var rows = await database.Database.DispatchAsync(
            "select granted, at_us from platform.lease_uses($1)", static row => (row.GetInt32(0), row.GetInt64(1)), default, Sql.Json(ask));
        return rows.Single();
    }

    /// <summary>Lets time pass for all counts: their slots are moved into the past.</summary>
    private static async Task ShiftAsync(TestDatabase database, int slots)
    {
        var session = database.Database.For(database.Tenant);
        session.Add("update platform.rate_counts c set heads = (select array_agg(h - $1) from unnest(c.heads) h)", Sql.Int(slots));
        await session.SendAsync(default);
    }

    private static async Task<TimeSpan?> CountAsync(TestDatabase database, string key, int[] limits, int[] seconds)
    {
        var session = database.Database.For(database.Tenant);
        session.One("select platform.count_use('contact', $1, $2, $3)", static _ => 0, Sql.Text(key), Sql.Ints(limits), Sql.Ints(seconds));
        try
        {
            await session.SendAsync(default);
            return null;
        }
        catch (PostgresException refused) when (refused.SqlState == "ST429")
        {
            return TimeSpan.FromMicroseconds(long.Parse(refused.MessageText));
        }
    }
}

file static class Reading
{
    public static async Task<long> ReadAsync(this TenantSession session, string sql)
    {
        var one = session.One(sql, static row => row.GetInt64(0));
        await session.SendAsync(default);
        return one.Value;
    }
}
