using Steward.Conversations.Turns;
using Steward.Testing;

namespace Steward.Conversations.Tests.Turns;

public sealed class FenceTests(PostgresServer server)
{
    [Fact]
    public async Task In_three_thousand_races_the_assistant_never_talks_over_a_person()
    {
        await using var database = await Node.DatabaseAsync(server);
        var author = new TestAuthor();
        author.Write = async (turn, _, _) =>
        {
            // Spreads the finishing turns around the take-over.
            for (var i = Random.Shared.Next(4); i > 0; i--)
            {
                await Task.Yield();
                Thread.SpinWait(Random.Shared.Next(4000));
            }

            return TestAuthor.Reply(turn);
        };
        // Two nodes that do not hear each other: the fence in the database is all there is.
        await using var answers = await Node.StartAsync(database, author, background: false);
        await using var people = await Node.StartAsync(database, background: false);
        var member = new Viewer(answers.Tenant, Guid.CreateVersion7());
        var runner = answers.Get<TurnRunner>();

        var (answered, taken) = (0, 0);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            var conversation = await answers.ConversationAsync();
            for (var i = 0; i < 375; i++)
            {
                var said = await answers.SayAsync(conversation, "question", wait: true);
                await people.Inbox.TakeOverAsync(member, conversation, CancellationToken.None);
                var confirmed = (await people.ViewAsync(conversation)).LastNumber;
                SpinWait.SpinUntil(() => !runner.Runs(new ConversationKey(answers.Tenant, conversation)), TimeSpan.FromSeconds(20)).ShouldBeTrue();
                var last = (await people.ViewAsync(conversation)).LastNumber;
                last.ShouldBe(confirmed, "a reply was stored after a confirmed take-over");
                Interlocked.Increment(ref last > said.Number ? ref answered : ref taken);
                await people.Inbox.ResolveAsync(member, conversation, CancellationToken.None);
            }
        })));

        (answered + taken).ShouldBe(3000);
        TestContext.Current.SendDiagnosticMessage($"answered {answered}, taken over first {taken}");
        answered.ShouldBeGreaterThan(0);
        taken.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_commit_under_an_old_epoch_stores_nothing()
    {
        await using var database = await Node.DatabaseAsync(server);
        var author = new TestAuthor();
        var (writing, finish) = (new TaskCompletionSource(), new TaskCompletionSource());
        author.Write = async (turn, _, _) =>
        {
            writing.TrySetResult();
            await finish.Task;
            return TestAuthor.Reply(turn);
        };
        await using var node = await Node.StartAsync(database, author, background: false);
        await using var people = await Node.StartAsync(database, background: false);
        var conversation = await node.ConversationAsync();
        var ask = node.AskAsync(conversation, "Hello");
        await writing.Task;

        await people.Inbox.TakeOverAsync(new Viewer(node.Tenant, Guid.CreateVersion7()), conversation, CancellationToken.None);
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
