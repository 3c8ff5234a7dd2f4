using System.Diagnostics;
using Steward.Chaos.Tests.Checking;
using Steward.Chaos.Tests.Hosting;
using Steward.Chaos.Tests.Traffic;
using Steward.Testing;

namespace Steward.Chaos.Tests;

/// <summary>An upgrade, node by node: the version before goes on working while the next one migrates the database under it and joins.</summary>
public sealed class PreviousVersionTests(PostgresServer server)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task The_version_before_and_this_one_serve_the_same_conversations_on_one_database()
    {
        const int Conversations = 24;
        const int Messages = 6;
        var seed = Seed.Next();
        Seed.Print($"two versions, seed {seed}");
        await using var pair = await Pair.StartAsync(server, seed, await PreviousProgramAsync());
        // Else the two would be of one version, and nothing would be proven.
        (await HistoryReader.RowsAsync(pair.Database, "select count(*) from platform.migrations where applied_at > (select min(applied_at) + interval '1 second' from platform.migrations)", row => row.GetInt64(0)))[0]
            .ShouldBeGreaterThan(0, "the later version migrated a database that was in use");
        var channel = await pair.A.CreateCallbackChannelAsync("Two versions", pair.Receivers.Receiver.CallbackAddress, pair.Receivers.Receiver.StatusAddress);
        pair.Receivers.Fails = false;
        var ledger = new Ledger();
        var storm = new Storm(seed, blows: 0, ledger);
        var traffic = new List<Task>();
        for (var i = 0; i < Conversations; i++)
        {
            traffic.Add(i % 3 == 0
                ? storm.PostAsync(i, channel, i % 2 == 0 ? pair.HookA : pair.HookB, Messages)
                : storm.ConverseAsync(i, await pair.Either(new Random(i)).StartConversationAsync(), random => pair.Either(random), Messages));
        }

        await Task.WhenAll(traffic);
        var quiet = await pair.QuietAsync(Patience);
        var history = await HistoryReader.ReadAsync(pair.Database, pair.A, pair.Receivers, ledger);

        quiet.ShouldBe(0, "something is still under way");
        HistoryCheck.Complaints(history).ShouldBeEmpty($"seed {seed}\n{pair.NodeA.LastWords}\n{pair.NodeB.LastWords}");
        history.Messages.Count(m => m.Author == Author.Contact).ShouldBe(Conversations * Messages);
        // What either wrote is read by the other.
        foreach (var conversation in history.Conversations)
        {
            (await pair.B.MessagesAsync(conversation.Id)).Select(message => message.GetRawText()).ShouldBe((await pair.A.MessagesAsync(conversation.Id)).Select(message => message.GetRawText()));
        }

        pair.NodeA.Errors.ShouldBeEmpty();
        pair.NodeB.Errors.ShouldBeEmpty();
        (pair.NodeA.Collapses + pair.NodeB.Collapses).ShouldBe(0);
    }

    private static async Task<string> PreviousProgramAsync()
    {
        var start = new ProcessStartInfo(Path.Combine(Checkout.Root, "deploy/scripts/previous.sh")) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        // The build must not think that it belongs to this one.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(name);
        }

        using var build = Process.Start(start)!;
        var (said, complained) = (build.StandardOutput.ReadToEndAsync(), build.StandardError.ReadToEndAsync());
        await build.WaitForExitAsync();
        build.ExitCode.ShouldBe(0, await complained + await said);
        return (await said).Trim().Split('\n')[^1];
    }
}
