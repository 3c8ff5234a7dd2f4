using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Steward.Platform.Nodes;
using Steward.Platform.Schedules;
using Steward.Testing;

namespace Steward.Platform.Tests.Schedules;

public sealed class ScheduleRunnerTests(PostgresServer server) : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private readonly ConcurrentQueue<string> _ran = new();
    private TestDatabase _db = null!;

    public async ValueTask InitializeAsync() => _db = await TestDatabase.CreateAsync(server);

    public ValueTask DisposeAsync() => _db.DisposeAsync();

    [Fact]
    public async Task Missed_times_run_once_and_then_at_the_next_time()
    {
        var node = Node(Record("nightly", "0 0 3 * * ?"));
        await node.EnsureAsync(default);
        (await node.RunDueAsync(default)).ShouldBe(0);
        _time.Advance(TimeSpan.FromDays(5));
        (await node.RunDueAsync(default)).ShouldBe(1);
        (await node.RunDueAsync(default)).ShouldBe(0);
        _time.Advance(TimeSpan.FromDays(1));
        (await node.RunDueAsync(default)).ShouldBe(1);
    }

    [Fact]
    public async Task Of_many_nodes_one_runs_each_time()
    {
        Schedule[] schedules = [.. Enumerable.Range(0, 12).Select(i => Record($"job{i}", "every 00:01:00"))];
        var nodes = Enumerable.Range(0, 4).Select(_ => Node(schedules)).ToList();
        await Task.WhenAll(nodes.Select(n => n.EnsureAsync(default)));
        for (var minute = 0; minute < 3; minute++)
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            await Task.WhenAll(nodes.Select(n => n.RunDueAsync(default)));
        }
        _ran.Count.ShouldBe(36);
        _ran.GroupBy(n => n).ShouldAllBe(g => g.Count() == 3);
    }

    [Fact]
    public async Task A_run_that_takes_long_does_not_hold_up_the_others()
    {
        var hold = new TaskCompletionSource();
        using var node = Node(new Schedule("long", "every 00:00:01", (_, _) => hold.Task), Record("short", "every 00:00:01"));
        await node.StartAsync(default);
        await Eventually.TrueAsync(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(_ran.Count >= 10);
        });
        hold.SetResult();
        await node.StopAsync(default);
    }

    [Fact]
    public async Task A_node_that_died_in_a_run_leaves_the_time_due_for_another()
    {
        using var killed = new CancellationTokenSource();
        var dying = Node(new Schedule("job", "every 00:01:00", async (_, ct) =>
        {
            await killed.CancelAsync();
            ct.ThrowIfCancellationRequested();
        }));
        await dying.EnsureAsync(default);
        _time.Advance(TimeSpan.FromMinutes(1));
        await Should.ThrowAsync<OperationCanceledException>(() => dying.RunDueAsync(killed.Token));
        var heir = Node(Record("job", "every 00:01:00"));
        (await heir.RunDueAsync(default)).ShouldBe(0);
        await _db.AskAsync("update platform.schedules set lease_until = now() - interval '1 second'");
        (await heir.RunDueAsync(default)).ShouldBe(1);
    }

    [Fact]
    public async Task A_failure_is_recorded_by_its_type_and_tried_again_after_a_pause()
    {
        var fail = true;
        var node = Node(new Schedule("job", "every 01:00:00", (_, _) => fail ? throw new InvalidOperationException("secret") : Task.CompletedTask));
        await node.EnsureAsync(default);
        _time.Advance(TimeSpan.FromHours(1));
        (await node.RunDueAsync(default)).ShouldBe(1);
        (await _db.AskAsync("select failures || last_error from platform.schedules")).ShouldBe("1InvalidOperationException");
        (await node.RunDueAsync(default)).ShouldBe(0);
        fail = false;
        _time.Advance(TimeSpan.FromSeconds(10));
        (await node.RunDueAsync(default)).ShouldBe(1);
        (await _db.AskAsync("select failures from platform.schedules where last_error is null and lease_node is null")).ShouldBe(0);
    }

    [Fact]
    public async Task A_changed_plan_takes_effect_and_an_unchanged_one_keeps_its_time()
    {
        await Node(Record("job", "every 02:00:00")).EnsureAsync(default);
        _time.Advance(TimeSpan.FromHours(1));
        await Node(Record("job", "every 02:00:00")).EnsureAsync(default);
        (await _db.AskAsync("select next_at from platform.schedules")).ShouldBe((_time.GetUtcNow() + TimeSpan.FromHours(1)).UtcDateTime);
        await Node(Record("job", "every 00:10:00")).EnsureAsync(default);
        (await _db.AskAsync("select next_at from platform.schedules")).ShouldBe((_time.GetUtcNow() + TimeSpan.FromMinutes(10)).UtcDateTime);
    }

    [Fact]
    public async Task A_time_that_a_clock_set_too_far_ahead_is_brought_back()
    {
        await Node(Record("hourly", "every 01:00:00"), Record("nightly", "0 0 3 * * ?")).EnsureAsync(default);
        var ahead = new ManualTime(_time.GetUtcNow().AddDays(30));
        (await Node(new NodeState(), ahead, Record("hourly", "every 01:00:00"), Record("nightly", "0 0 3 * * ?")).RunDueAsync(default)).ShouldBe(2);
        await Node(Record("hourly", "every 01:00:00"), Record("nightly", "0 0 3 * * ?")).EnsureAsync(default);
        _time.Advance(TimeSpan.FromHours(1));
        (await Node(Record("hourly", "every 01:00:00")).RunDueAsync(default)).ShouldBe(1);
        _time.Advance(TimeSpan.FromDays(1));
        (await Node(Record("nightly", "0 0 3 * * ?")).RunDueAsync(default)).ShouldBe(1);
    }

    [Fact]
    public async Task A_node_leaves_alone_what_it_does_not_know_and_stops_claiming_when_it_drains()
    {
        await Node(Record("newer", "every 00:01:00"), Record("old", "every 00:01:00")).EnsureAsync(default);
        _time.Advance(TimeSpan.FromMinutes(1));
        var state = new NodeState();
        var older = Node(state, _time, Record("old", "every 00:01:00"));
        (await older.RunDueAsync(default)).ShouldBe(1);
        _time.Advance(TimeSpan.FromMinutes(1));
        state.Drain();
        (await older.RunDueAsync(default)).ShouldBe(0);
    }

    private Schedule Record(string name, string plan) => new(name, plan, (_, _) =>
    {
        _ran.Enqueue(name);
        return Task.CompletedTask;
    });

    private ScheduleRunner Node(params Schedule[] schedules) => Node(new NodeState(), _time, schedules);

    private ScheduleRunner Node(NodeState state, ManualTime time, params Schedule[] schedules) => new(
        schedules, new ScheduleRows(_db.Database), new NodeIdentity(), state,
        _db.Services.GetRequiredService<IServiceScopeFactory>(), time, NullLogger<ScheduleRunner>.Instance);
}
