using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Steward.Chaos.Tests.Checking;
using Steward.Chaos.Tests.Hosting;
using Steward.Chaos.Tests.Traffic;
using Steward.Simulators;

namespace Steward.Chaos.Tests;

/// <summary>The real program with its own database, killed at random while customers write.</summary>
public sealed class ChaosTests
{
    private const int Conversations = 100;
    private const int MessagesEach = 10;
    private const int ProcessKills = 20;
    private const int DatabaseKills = 5;
    private const int TurnsBetween = 25;
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task Killed_at_random_it_loses_no_message_and_doubles_no_reply()
    {
        var seed = Seed.Next();
        var random = new Random(seed);
        var since = Stopwatch.StartNew();
        using var scratch = new Scratch();
        await using var model = await ModelSimulator.StartAsync(new SimulatorOptions
        {
            KeepCalls = 0,
            Script = new Script { Latency = new Latency { FirstTokenMs = 60, TokensPerSecond = 200 } },
        });
        await using var receivers = await Receivers.StartAsync(seed);
        await using var host = new StewardProcess(scratch.Path, new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["OPENAI_BASE_URL"] = model.OpenAIAddress.ToString(),
            ["STEWARD_OUTBOUND_ALLOW"] = receivers.Receiver.BaseAddress.Authority,
        });
        await host.StartAsync();
        using var api = new ApiClient(host.Address, await host.ApiKeyAsync());
        using var hook = new HookClient(host.Address);
        await api.AnswerEverythingAsync();
        var asked = await api.CreateCallbackChannelAsync("Can be asked", receivers.Receiver.CallbackAddress, receivers.Receiver.StatusAddress);
        var silent = await api.CreateCallbackChannelAsync("Cannot be asked", receivers.Receiver.CallbackAddress, status: null);
        Seed.Print($"seed {seed}, ready after {since.Elapsed.TotalSeconds:f1} s");

        var ledger = new Ledger();
        var storm = new Storm(seed, ProcessKills + DatabaseKills, ledger);
        var traffic = new List<Task>();
        for (var i = 0; i < Conversations; i++)
        {
            traffic.Add(i % 2 == 0
                ? storm.ConverseAsync(i, await api.StartConversationAsync(), _ => api, MessagesEach)
                : storm.PostAsync(i, i % 4 == 1 ? asked : silent, hook, MessagesEach));
        }

        await BlowAsync(host, storm, ledger, random);
        await Task.WhenAll(traffic);
        receivers.Fails = false;
        Seed.Print($"{ledger.Acknowledged.Count} messages acknowledged, {api.Repeats + hook.Repeats} requests repeated, {since.Elapsed.TotalSeconds:f1} s");

        await using var database = new NpgsqlConnection(host.DatabaseConnection);
        await database.OpenAsync();
        var quiet = await QuietAsync(database);
        var history = await HistoryReader.ReadAsync(database, api, receivers, ledger);
        await ReportAsync(database, history, since.Elapsed);

        HistoryCheck.Complaints(history).ShouldBeEmpty($"seed {seed}\n{host.LastWords}");
        quiet.ShouldBe(0, "something is still under way");
        ledger.Acknowledged.Count.ShouldBe(Conversations * MessagesEach);
        history.Messages.Count(message => message.Author == Author.Contact).ShouldBe(Conversations * MessagesEach);
        history.Conversations.Count.ShouldBe(Conversations);
        // Were most given up, nothing would have been shown.
        history.Conversations.Count(conversation => conversation.Waits).ShouldBeLessThan(Conversations / 4);
        host.Collapses.ShouldBe(0, "the host ended by itself");
    }

    /// <summary>
    /// Kills in random order at random moments: after so many turns of the program that was started last, which on a slow machine takes longer. Were
    /// it after so much time, a slow one would kill the same turns three times and prove only that they are given up. A database dies last: what
    /// that leaves behind no later start of the host can mend.
    /// </summary>
    private static async Task BlowAsync(StewardProcess host, Storm storm, Ledger ledger, Random random)
    {
        var blows = Enumerable.Repeat(true, ProcessKills).Concat(Enumerable.Repeat(false, DatabaseKills - 1)).ToArray();
        random.Shuffle(blows);
        foreach (var process in blows.Append(false))
        {
            await EndedAsync(host, random.Next(TurnsBetween));
            await Task.Delay(random.Next(1000));
            ledger.Kills.Enqueue(DateTimeOffset.UtcNow);
            if (process)
            {
                await host.KillAsync();
                await host.StartAsync();
            }
            else
            {
                while (!host.KillDatabase())
                {
                    await Task.Delay(20);
                }
            }

            storm.Blow();
        }
    }

    /// <summary>Waits until this many more turns have ended, or there may be no more to end.</summary>
    private static async Task EndedAsync(StewardProcess host, int turns)
    {
        var since = Stopwatch.StartNew();
        long? before = null;
        while (since.Elapsed < Calm)
        {
            try
            {
                await using var database = new NpgsqlConnection(host.DatabaseConnection);
                await database.OpenAsync();
                while (since.Elapsed < Calm)
                {
                    var ended = (await HistoryReader.RowsAsync(database, "select count(*) from conversations.turns where state in (0, 1)", row => row.GetInt64(0)))[0];
                    before ??= ended;
                    if (ended - before >= turns) return;
                    await Task.Delay(50);
                }
            }
            catch (NpgsqlException)
            {
                // The database is coming back from its own end.
                await Task.Delay(50);
            }
        }
    }

    private static async Task<long> QuietAsync(NpgsqlConnection database)
    {
        var since = Stopwatch.StartNew();
        long stirring;
        while ((stirring = await HistoryReader.StirringAsync(database)) > 0 && since.Elapsed < Patience)
        {
            await Task.Delay(250);
        }

        return stirring;
    }

    private static async Task ReportAsync(NpgsqlConnection database, History history, TimeSpan elapsed)
    {
        var turns = await HistoryReader.RowsAsync(
            database, "select count(*) filter (where state = 0), count(*) filter (where state = 1), count(*) filter (where claims > 1), count(*) filter (where state = 3) from conversations.turns",
            row => (Replies: row.GetInt64(0), Superseded: row.GetInt64(1), Again: row.GetInt64(2), Dead: row.GetInt64(3)));
        var marked = history.Deliveries.Count(delivery => delivery.MaybeRepeated);
        var twice = history.Arrivals.Where(arrival => arrival.Told is Told.Taken or Told.TakenThenCut).GroupBy(arrival => arrival.Delivery).Count(key => key.Count() > 1);
        Seed.Print(
            $"{ProcessKills} process kills, {DatabaseKills} database kills; {turns[0].Replies} replies, {turns[0].Superseded} turns superseded, {turns[0].Again} claimed again, {turns[0].Dead} dead letters");
        Seed.Print(
            $"{history.Deliveries.Count} deliveries, {history.Deliveries.Count(d => d.State == 6)} given up, {marked} marked as possible repeats, {twice} taken twice; {elapsed.TotalSeconds:f1} s");
        Seed.Print(await HistoryReader.DurabilityAsync(database));
    }
}
