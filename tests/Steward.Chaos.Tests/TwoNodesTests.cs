using System.Diagnostics;
using Steward.Chaos.Tests.Checking;
using Steward.Chaos.Tests.Hosting;
using Steward.Chaos.Tests.Traffic;
using Steward.Simulators;
using Steward.Testing;

namespace Steward.Chaos.Tests;

/// <summary>Two programs on one PostgreSQL, as an installation that grew.</summary>
public sealed class TwoNodesTests(PostgresServer server)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Two_nodes_answer_the_same_conversations_once_and_one_takes_over_what_the_other_leaves()
    {
        const int Conversations = 40;
        const int Messages = 8;
        var seed = Seed.Next();
        Seed.Print($"two nodes, seed {seed}");
        await using var pair = await Pair.StartAsync(server, seed);
        var channel = await pair.A.CreateCallbackChannelAsync("Two nodes", pair.Receivers.Receiver.CallbackAddress, pair.Receivers.Receiver.StatusAddress);
        var ledger = new Ledger();
        var storm = new Storm(seed, blows: 0, ledger);
        var traffic = new List<Task>();
        for (var i = 0; i < Conversations; i++)
        {
            traffic.Add((i % 4) switch
            {
                0 => PeopleAsync(pair, ledger, await pair.A.StartConversationAsync(), new Random(HashCode.Combine(seed, i)), $"p{i}"),
                1 => storm.PostAsync(i, channel, i % 8 == 1 ? pair.HookA : pair.HookB, Messages),
                // Each message goes to either node, often before the last one is answered.
                _ => storm.ConverseAsync(i, await pair.A.StartConversationAsync(), random => pair.Either(random), Messages),
            });
        }

        // The one that dies has turns of its own by now; the customers of both go on.
        await Task.Delay(2500);
        ledger.Kills.Enqueue(DateTimeOffset.UtcNow);
        await pair.NodeA.KillAsync();
        await Task.Delay(3000);
        await pair.NodeA.StartAsync();
        await Task.WhenAll(traffic);
        pair.Receivers.Fails = false;
        var quiet = await pair.QuietAsync(Patience);
        var history = await HistoryReader.ReadAsync(pair.Database, pair.B, pair.Receivers, ledger);
        Seed.Print(
            $"{ledger.Acknowledged.Count} messages, {history.Messages.Count(m => m.Author == Author.Assistant)} replies, {ledger.Silences.Count} take-overs, {history.Conversations.Count(c => c.Waits)} waiting; {await HistoryReader.DurabilityAsync(pair.Database)}");

        HistoryCheck.Complaints(history).ShouldBeEmpty($"seed {seed}\n{pair.NodeB.LastWords}");
        quiet.ShouldBe(0, "something is still under way");
        ledger.Silences.ShouldNotBeEmpty();
        pair.NodeB.Collapses.ShouldBe(0);
    }

    [Fact]
    public async Task A_reader_on_one_node_watches_a_turn_on_the_other()
    {
        await using var pair = await Pair.StartAsync(server, seed: 1);
        pair.Model.Script = new Script { Default = Answer.OfText("First the gears. Then the chain. Then the brakes. Then the bell. At last the lamp [1]."), Latency = new Latency { FirstTokenMs = 100, TokensPerSecond = 12 } };
        var conversation = await pair.A.StartConversationAsync();
        using var late = new CancellationTokenSource(Patience);
        var open = new TaskCompletionSource();
        var reading = pair.B.EventsAsync(
            conversation, open, (name, data) => name == "message.completed" && data.GetProperty("author").GetString() == "assistant", late.Token);
        await open.Task.WaitAsync(late.Token);

        await pair.A.SayAsync(conversation, "How much does it cost to rent a bike for a day?", "watched");
        var events = await reading;

        var completed = events[^1].Data.GetProperty("text").GetString()!;
        var provisional = events.Where(e => e.Name is "message.snapshot" or "message.delta").Select(e => e.Data.GetProperty("text").GetString()!).ToList();
        provisional.ShouldNotBeEmpty(string.Join(' ', events.Select(e => e.Name)));
        provisional.ShouldAllBe(text => completed.Contains(text.Trim(), StringComparison.Ordinal));
        events.Count(e => e.Name == "message.completed").ShouldBe(2, "the question and its answer, each once");
    }

    [Fact]
    public async Task Leases_of_a_killed_node_move_to_the_one_that_lives()
    {
        await using var pair = await Pair.StartAsync(server, seed: 2);
        pair.Model.Script = new Script { Latency = new Latency { FirstTokenMs = 2_000 } };
        var conversations = new List<Guid>();
        for (var i = 0; i < 6; i++)
        {
            conversations.Add(await pair.A.StartConversationAsync());
            await pair.A.SayAsync(conversations[^1], "Can I cancel a booking?", $"left-{i}");
        }

        var holder = (await HistoryReader.RowsAsync(pair.Database, "select distinct lease_node from conversations.conversations where lease_node is not null", row => row.GetGuid(0))).ShouldHaveSingleItem();
        await pair.NodeA.KillAsync();
        var since = Stopwatch.StartNew();
        (await pair.QuietAsync(Patience)).ShouldBe(0);
        Seed.Print($"what a killed node left was answered after {since.Elapsed.TotalSeconds:f1} s");

        foreach (var conversation in conversations)
        {
            var messages = await pair.B.MessagesAsync(conversation);
            messages.Select(message => message.GetProperty("author").GetString()).ShouldBe(["contact", "assistant"]);
        }

        var turns = await HistoryReader.RowsAsync(pair.Database, "select claims from conversations.turns where state = 0", row => row.GetInt16(0));
        turns.ShouldBe(Enumerable.Repeat((short)2, conversations.Count), "each was claimed by the dead node and by the living one");
        holder.ShouldNotBe(Guid.Empty);
    }

    /// <summary>Customers write on one node while a person takes over and gives back on the other.</summary>
    private static async Task PeopleAsync(Pair pair, Ledger ledger, Guid conversation, Random random, string name)
    {
        for (var round = 0; round < 4; round++)
        {
            var (contact, person) = random.Next(2) == 0 ? (pair.A, pair.B) : (pair.B, pair.A);
            for (var i = random.Next(1, 4); i > 0; i--)
            {
                var mark = $"{name}-{round}-{i}";
                ledger.Acknowledged.Enqueue(new Acknowledged(conversation, await contact.SayAsync(conversation, Questions.Ask(random, mark), mark), mark));
            }

            await Task.Delay(random.Next(600));
            await person.ActAsync(conversation, "take-over");
            var after = await person.LastNumberAsync(conversation);
            await Task.Delay(random.Next(800));
            if (random.Next(2) == 0)
            {
                await person.ReplyAsync(conversation, "A person is here.", $"{name}-{round}");
            }

            var until = await person.LastNumberAsync(conversation);
            ledger.Silences.Enqueue(new Silence(conversation, after, until));
            await person.ActAsync(conversation, "give-back");
        }
    }
}
