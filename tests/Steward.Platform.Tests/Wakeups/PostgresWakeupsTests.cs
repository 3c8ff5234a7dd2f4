using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Steward.Platform.Wakeups;
using Steward.Testing;

namespace Steward.Platform.Tests.Wakeups;

public sealed class PostgresWakeupsTests(PostgresServer server) : IAsyncLifetime
{
    private readonly List<PostgresWakeups> _nodes = [];
    private TestDatabase _db = null!;

    public async ValueTask InitializeAsync() => _db = await TestDatabase.CreateAsync(server);

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.StopAsync(default);
            node.Dispose();
        }
        await _db.DisposeAsync();
    }

    [Fact]
    public async Task A_wakeup_reaches_every_node_and_only_its_topic()
    {
        var (one, two) = (await NodeAsync(), await NodeAsync());
        var (heardOne, heardTwo, other) = (Hear(one, "work"), Hear(two, "work"), Hear(two, "else"));
        one.Send("work", "a\nb");
        (await heardOne.ReadAsync()).ShouldBe("a\nb");
        (await heardTwo.ReadAsync()).ShouldBe("a\nb");
        two.Send("else", "x");
        (await other.ReadAsync()).ShouldBe("x");
    }

    [Fact]
    public async Task A_burst_of_the_same_wakeup_is_sent_as_few()
    {
        var node = await NodeAsync(gather: TimeSpan.FromMilliseconds(100));
        var heard = Hear(node, "work");
        for (var i = 0; i < 500; i++)
        {
            node.Send("work", "same");
        }
        node.Send("work", "end");
        var before = 0;
        while (await heard.ReadAsync() != "end")
        {
            before++;
        }
        before.ShouldBe(1);
    }

    [Fact]
    public async Task After_a_lost_connection_every_listener_looks_once_and_hears_again()
    {
        var node = await NodeAsync();
        var (work, other) = (Hear(node, "work"), Hear(node, "other"));
        await _db.AskAsync("select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and query ilike 'listen%'");
        (await work.ReadAsync()).ShouldBe("");
        (await other.ReadAsync()).ShouldBe("");
        node.Send("work", "again");
        (await work.ReadAsync()).ShouldBe("again");
    }

    [Fact]
    public async Task A_listener_that_throws_does_not_keep_it_from_the_others_and_a_disposed_one_hears_nothing()
    {
        var node = await NodeAsync();
        using var bad = node.Listen("work", _ => throw new InvalidOperationException());
        var gone = new List<string>();
        node.Listen("work", gone.Add).Dispose();
        var heard = Hear(node, "work");
        node.Send("work", "a");
        (await heard.ReadAsync()).ShouldBe("a");
        gone.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_largest_wakeup_travels_and_a_larger_one_is_refused()
    {
        var node = await NodeAsync();
        var topic = new string('ü', 100);
        var heard = Hear(node, topic);
        var payload = string.Concat(Enumerable.Repeat("😀", 500));
        node.Send(topic, payload);
        (await heard.ReadAsync()).ShouldBe(payload);
        Should.Throw<ArgumentException>(() => node.Send("t", payload + "x"));
        Should.Throw<ArgumentException>(() => node.Send("a\nb", ""));
        Should.Throw<ArgumentException>(() => node.Send("", ""));
    }

    [Fact]
    public async Task A_stopped_node_gives_back_a_connection_that_no_longer_listens()
    {
        var node = await NodeAsync();
        await node.StopAsync(default);
        for (var i = 0; i < 3; i++)
        {
            (await _db.Database.DispatchAsync("select count(*) from pg_listening_channels()", r => r.GetInt64(0), default)).ShouldBe([0]);
        }
    }

    private async Task<PostgresWakeups> NodeAsync(TimeSpan? gather = null)
    {
        var options = new WakeupOptions(null) { Gather = gather ?? TimeSpan.FromMilliseconds(1), Reconnect = TimeSpan.FromMilliseconds(20) };
        var node = new PostgresWakeups(_db.Database, new WakeupTopics(NullLogger<WakeupTopics>.Instance), options, TimeProvider.System, NullLogger<PostgresWakeups>.Instance);
        _nodes.Add(node);
        await node.StartAsync(default);
        await node.Listening;
        return node;
    }

    private static ChannelReader<string> Hear(PostgresWakeups node, string topic)
    {
        var heard = Channel.CreateUnbounded<string>();
        node.Listen(topic, p => heard.Writer.TryWrite(p));
        return heard.Reader;
    }
}
