using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Steward.Platform.Postgres;
using Steward.Platform.Telemetry;
using Steward.Testing;

namespace Steward.Conversations.Tests.Turns;

public sealed class TurnReportTests(PostgresServer server)
{
    private const string Word = "quokkazebrine";

    [Fact]
    public async Task A_turn_is_one_line_of_ids_lengths_and_figures_and_no_text_is_in_any_line()
    {
        await using var database = await Node.DatabaseAsync(server);
        var log = new LogLines();
        var author = new TestAuthor
        {
            Write = (turn, _, _) => Task.FromResult(TestAuthor.Reply(turn) with { Tokens = new TurnTokens(70, 9), Title = $"About {Word}", TraceJson = $$"""{"why":"{{Word}}"}""" }),
        };
        await using var node = await Logged(database, author, log);
        var conversation = await node.ConversationAsync(contact: new ContactDetails(Name: Word, Email: $"{Word}@example.com"));

        var reply = await node.AskAsync(conversation, $"The {Word} is a secret.");

        var line = await LineAsync(log, conversation);
        line["Tenant"].ShouldBe(node.Tenant.Value);
        line["Turn"].ShouldBeOfType<Guid>().ShouldNotBe(Guid.Empty);
        line["Outcome"].ShouldBe("reply");
        line["Messages"].ShouldBe(1);
        line["CharactersIn"].ShouldBe($"The {Word} is a secret.".Length);
        line["CharactersOut"].ShouldBe(reply!.Text!.Length);
        line["Model"].ShouldBe("test");
        line["InputTokens"].ShouldBe(70L);
        line["OutputTokens"].ShouldBe(9L);
        line["CostUsd"].ShouldBe(0.001m);
        ((double)line["DurationMs"]!).ShouldBeGreaterThanOrEqualTo(0);
        log.Lines.Where(one => one.Text.Contains(Word, StringComparison.OrdinalIgnoreCase)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_turn_that_failed_for_good_is_one_line_with_its_code_and_no_text()
    {
        await using var database = await Node.DatabaseAsync(server);
        var log = new LogLines();
        var author = new TestAuthor { Write = (_, _, _) => throw new AuthorFailedException("model.unavailable") };
        await using var node = await Logged(database, author, log);
        var conversation = await node.ConversationAsync();

        await node.AskAsync(conversation, $"The {Word} is a secret.");

        var line = await LineAsync(log, conversation);
        line["Outcome"].ShouldBe("failed");
        line["Code"].ShouldBe("model.unavailable");
        log.Lines.Where(one => one.Text.Contains(Word, StringComparison.OrdinalIgnoreCase)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Messages_are_counted_by_who_wrote_them()
    {
        await using var database = await Node.DatabaseAsync(server);
        var roles = new System.Collections.Concurrent.ConcurrentDictionary<string, long>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == StewardTelemetry.Name && instrument.Name == "steward.messages")
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => roles.AddOrUpdate((string)tags[0].Value!, value, (_, sum) => sum + value));
        listener.Start();
        await using var node = await Node.StartAsync(database);
        var conversation = await node.ConversationAsync();

        await node.AskAsync(conversation, "Hello");
        await node.Inbox.ReplyAsync(new Viewer(node.Tenant, Guid.CreateVersion7()), conversation, "I am here.", null, CancellationToken.None);
        await Node.UntilAsync(() => Task.FromResult(roles.Count == 3));

        // Other tests of this assembly may count at the same time.
        roles["contact"].ShouldBeGreaterThanOrEqualTo(1);
        roles["assistant"].ShouldBeGreaterThanOrEqualTo(1);
        roles["member"].ShouldBeGreaterThanOrEqualTo(1);
    }

    [Fact]
    public async Task What_waits_is_counted_for_all_tenants_by_the_application_itself()
    {
        await using var database = await Node.DatabaseAsync(server);
        var finish = new TaskCompletionSource();
        await using var node = await Node.StartAsync(database, TestAuthor.HeldUntil(finish.Task));
        (await QueueAsync(database, "turns")).Depth.ShouldBe(0);
        for (var i = 0; i < 3; i++)
        {
            await node.SayAsync(await node.ConversationAsync(), "Hello");
        }

        var (depth, oldest) = await QueueAsync(database, "turns");
        depth.ShouldBe(3);
        oldest.ShouldBeGreaterThanOrEqualTo(0);
        (await QueueAsync(database, "deliveries")).ShouldBe((0, 0));
        finish.SetResult();
        await Node.UntilAsync(async () => (await QueueAsync(database, "turns")).Depth == 0);
    }

    private static async Task<(long Depth, long Oldest)> QueueAsync(TestDatabase database, string queue)
        => (await database.Database.DispatchAsync(
            "select depth, oldest_ms from conversations.queue_figures() where queue = $1", row => (row.GetInt64(0), row.GetInt64(1)), CancellationToken.None, Sql.Text(queue)))
            .ShouldHaveSingleItem();

    private static Task<Node> Logged(TestDatabase database, TestAuthor author, LogLines log)
        => Node.StartAsync(database, author, more: services => services.AddLogging(logging => logging.AddProvider(log).SetMinimumLevel(LogLevel.Trace)));

    /// <summary>The one line about a turn of the conversation; it follows the reply.</summary>
    private static async Task<Dictionary<string, object?>> LineAsync(LogLines log, Guid conversation)
    {
        Dictionary<string, object?>[] Found() => [.. log.Lines.Select(line => line.Members).Where(line => line.ContainsKey("Outcome") && conversation.Equals(line["Conversation"]))];
        await Node.UntilAsync(() => Task.FromResult(Found().Length > 0));
        return Found().ShouldHaveSingleItem();
    }
}
