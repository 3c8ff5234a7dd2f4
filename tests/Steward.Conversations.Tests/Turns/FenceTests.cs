using Microsoft.Extensions.DependencyInjection;
using Steward.Conversations.Nodes;
using Steward.Conversations.Turns;
using Steward.Testing;

namespace Steward.Conversations.Tests.Turns;

public sealed class FenceTests(PostgresServer server)
{
    [Fact]
    public async Task In_three_thousand_races_the_assistant_never_talks_over_a_person()
    {
        await using var database = await Node.DatabaseAsync(server);
        await using var node = await Node.StartAsync(database, background: false);
        var member = Guid.CreateVersion7();
        var conversations = new List<Guid>();
        for (var i = 0; i < 100; i++)
        {
            conversations.Add(await node.ConversationAsync());
        }

        var (answered, taken) = (0, 0);
        await Parallel.ForEachAsync(Enumerable.Range(0, 8), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (lane, _) =>
        {
            var mine = conversations.Where((_, index) => index % 8 == lane).ToList();
            for (var i = 0; i < 375; i++)
            {
                var conversation = mine[i % mine.Count];
                var ask = node.AskAsync(conversation, "question");
                await node.Inbox.TakeOverAsync(new Viewer(node.Tenant, member), conversation, CancellationToken.None);
                var after = (await node.ViewAsync(conversation)).LastNumber;
                var reply = await ask;
                var now = (await node.ViewAsync(conversation)).LastNumber;
                var late = (await node.MessagesAsync(conversation)).Any(message => message.Number > after && message.Author == MessageAuthor.Assistant);
                late.ShouldBeFalse();
                Interlocked.Increment(ref reply?.Text is null ? ref taken : ref answered);
                now.ShouldBeGreaterThanOrEqualTo(after);
                await node.Inbox.ResolveAsync(new Viewer(node.Tenant, member), conversation, CancellationToken.None);
            }
        });

        (answered + taken).ShouldBe(3000);
        TestContext.Current.SendDiagnosticMessage($"answered {answered}, taken over first {taken}");
        var late = await database.AskAsync(
            """
            select count(*) from conversations.messages a where a.author = 1 and not exists (
              select from conversations.turns t where t.tenant_id = a.tenant_id and t.conversation_id = a.conversation_id and t.turn_id = a.turn_id and t.state = 0 and t.reply_number = a.number)
            """);
        late.ShouldBe(0L);
    }

    [Fact]
    public async Task A_commit_under_an_old_epoch_stores_nothing()
    {
        await using var database = await Node.DatabaseAsync(server);
        var author = new TestAuthor();
        var (writing, finish) = (new TaskCompletionSource(), new TaskCompletionSource());
        author.Write = async (turn, output, _) =>
        {
            writing.TrySetResult();
            // An author that ignores its cancellation.
            await finish.Task;
            return TestAuthor.Reply(turn);
        };
        await using var node = await Node.StartAsync(database, author);
        var conversation = await node.ConversationAsync();
        var ask = node.AskAsync(conversation, "Hello");
        await writing.Task;

        await node.Inbox.TakeOverAsync(new Viewer(node.Tenant, Guid.CreateVersion7()), conversation, CancellationToken.None);
        finish.SetResult();
        var reply = await ask;

        reply!.Action.ShouldBe(TurnAction.Handoff);
        reply.Text.ShouldBeNull();
        await Node.UntilAsync(() => Task.FromResult(!node.Get<TurnRunner>().Runs(new ConversationKey(node.Tenant, conversation))));
        (await node.MessagesAsync(conversation)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_commit_whose_answer_was_lost_is_found_again_and_not_repeated()
    {
        await using var database = await Node.DatabaseAsync(server);
        var author = new TestAuthor();
        var cut = 0;
        author.Write = (turn, _, _) => Task.FromResult(TestAuthor.Reply(turn) with
        {
            // The transaction commits, then the connection is gone before the answer is read.
            AlsoStore = [session => session.AfterCommit(() =>
            {
                if (Interlocked.Increment(ref cut) == 1)
                {
                    throw new IOException("The connection was lost.");
                }
            })],
        });
        await using var node = await Node.StartAsync(database, author);
        var conversation = await node.ConversationAsync();

        var reply = await node.AskAsync(conversation, "Hello");

        reply!.Text.ShouldBe("re: Hello");
        cut.ShouldBe(1);
        (await node.MessagesAsync(conversation)).Count.ShouldBe(2);
        (await node.ViewAsync(conversation)).AnsweredNumber.ShouldBe(1);
    }

    [Fact]
    public async Task Connections_killed_at_random_lose_no_message_and_double_no_reply()
    {
        await using var database = await Node.DatabaseAsync(server);
        await using var node = await Node.StartAsync(database);
        var conversations = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => node.ConversationAsync()));
        using var over = new CancellationTokenSource();
        var killer = Task.Run(async () =>
        {
            while (!over.IsCancellationRequested)
            {
                await database.AskAsync("select count(pg_terminate_backend(pid)) from pg_stat_activity where usename = 'steward_app' and datname = current_database() and random() < 0.3");
                await Task.Delay(30);
            }
        });

        await Task.WhenAll(conversations.Select(async conversation =>
        {
            for (var i = 0; i < 12; i++)
            {
                await SayUntilStoredAsync(node, conversation, $"m{i}");
            }
        }));
        await over.CancelAsync();
        await killer;
        await Node.UntilAsync(async () => (long)(await database.AskAsync("select count(*) from conversations.work"))! == 0);

        (await database.AskAsync("select count(*) from conversations.messages where author = 0")).ShouldBe(96L);
        (await database.AskAsync("select count(*) from conversations.conversations where answered_number < last_contact_number and not held")).ShouldBe(0L);
        (await database.AskAsync("select count(*) from (select 1 from conversations.messages where author = 1 group by conversation_id, turn_id having count(*) > 1) d")).ShouldBe(0L);
        (await database.AskAsync("select count(*) from (select 1 from conversations.messages where author = 1 group by conversation_id, answers_to having count(*) > 1) d")).ShouldBe(0L);
    }

    private static async Task SayUntilStoredAsync(Node node, Guid conversation, string text)
    {
        while (true)
        {
            try
            {
                await node.SayAsync(conversation, text, wait: true, clientId: text);
                return;
            }
            catch (Exception failure) when (Outcomes.IsUnknown(failure))
            {
                await Task.Delay(10);
            }
        }
    }
}
