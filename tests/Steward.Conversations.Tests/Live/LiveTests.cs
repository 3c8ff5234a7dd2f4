using Steward.Testing;

namespace Steward.Conversations.Tests.Live;

public sealed class LiveTests(PostgresServer server)
{
    [Fact]
    public async Task A_reader_sees_the_turn_as_it_is_written_and_the_message_only_once_it_is_stored()
    {
        await using var database = await Node.DatabaseAsync(server);
        var author = new TestAuthor();
        author.Write = async (turn, output, ct) =>
        {
            await output.ShowAsync("One. ", ct);
            await output.ResetAsync("claim", ct);
            await output.ShowAsync("Two. ", ct);
            return TestAuthor.Say("Two.");
        };
        await using var node = await Node.StartAsync(database, author);
        var conversation = await node.ConversationAsync();
        await using var reader = new Reader(node, conversation, null);

        await node.AskAsync(conversation, "Hello");
        await reader.UntilAsync(events => events.OfType<MessageCompleted>().Count() == 2);

        reader.Names.ShouldBe(["message.completed", "turn.started", "message.delta", "message.reset", "message.delta", "message.completed"]);
        reader.Events.OfType<MessageCompleted>().Select(completed => completed.Message.Number).ShouldBe([1, 2]);
    }

    [Fact]
    public async Task A_reader_that_comes_back_gets_what_it_missed_and_the_text_so_far()
    {
        await using var database = await Node.DatabaseAsync(server);
        var author = new TestAuthor();
        var (shown, finish) = (new TaskCompletionSource(), new TaskCompletionSource());
        author.Write = async (turn, output, ct) =>
        {
            if (turn.Unanswered[0].Text == "slow")
            {
                await output.ShowAsync("So far. ", ct);
                shown.TrySetResult();
                await finish.Task.WaitAsync(ct);
            }

            return TestAuthor.Reply(turn);
        };
        await using var node = await Node.StartAsync(database, author);
        var conversation = await node.ConversationAsync();
        await node.AskAsync(conversation, "one");
        await node.AskAsync(conversation, "two");
        var slow = node.AskAsync(conversation, "slow");
        await shown.Task;

        await using var reader = new Reader(node, conversation, after: 2);
        await reader.UntilAsync(events => events.OfType<MessageSnapshot>().Any());
        finish.SetResult();
        await slow;
        await reader.UntilAsync(events => events.OfType<MessageCompleted>().Any(completed => completed.Message.Number == 6));

        reader.Names.ShouldBe(["message.completed", "message.completed", "message.completed", "message.snapshot", "message.completed"]);
        reader.Events.OfType<MessageCompleted>().Select(completed => completed.Message.Number).ShouldBe([3, 4, 5, 6]);
        reader.Events.OfType<MessageSnapshot>().Single().Text.ShouldBe("So far. ");
    }

    [Fact]
    public async Task After_a_confirmed_take_over_nothing_of_the_turn_is_shown()
    {
        await using var database = await Node.DatabaseAsync(server);
        var author = new TestAuthor();
        var (shown, finish, ended) = (new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource());
        author.Write = async (turn, output, ct) =>
        {
            await output.ShowAsync("One. ", ct);
            shown.TrySetResult();
            await finish.Task;
            await output.ShowAsync("Two. ", CancellationToken.None);
            ended.TrySetResult();
            return TestAuthor.Reply(turn);
        };
        await using var node = await Node.StartAsync(database, author);
        var conversation = await node.ConversationAsync();
        await using var reader = new Reader(node, conversation, after: 0);
        var ask = node.AskAsync(conversation, "Hello");
        await shown.Task;

        await node.Inbox.TakeOverAsync(node.Program, conversation, CancellationToken.None);
        finish.SetResult();
        await ended.Task;
        await ask;
        await node.Inbox.ReplyAsync(node.Program, conversation, "A person", null, CancellationToken.None);
        await reader.UntilAsync(events => events.OfType<MessageCompleted>().Count() == 2);

        reader.Names.ShouldBe(["message.completed", "turn.started", "message.delta", "turn.superseded", "handoff", "message.completed"]);
    }

    [Fact]
    public async Task A_reader_on_another_node_sees_the_text_so_far_and_every_message()
    {
        await using var database = await Node.DatabaseAsync(server);
        var wakeups = new TestWakeups();
        var author = new TestAuthor();
        var finish = new TaskCompletionSource();
        author.Write = async (turn, output, ct) =>
        {
            for (var i = 0; !finish.Task.IsCompleted; i++)
            {
                await output.ShowAsync($"{i}. ", ct);
                await Task.Delay(20, ct);
            }

            return TestAuthor.Reply(turn);
        };
        await using var writes = await Node.StartAsync(database, author, wakeups);
        await using var reads = await Node.StartAsync(database, null, wakeups);
        var conversation = await writes.ConversationAsync();
        await using var reader = new Reader(reads, conversation, after: 0);
        await reader.UntilAsync(_ => true);
        var ask = writes.AskAsync(conversation, "Hello");
        await reader.UntilAsync(events => events.OfType<MessageCompleted>().Any());
        await using var late = new Reader(reads, conversation, after: 0);

        await late.UntilAsync(events => events.OfType<MessageSnapshot>().Any(snapshot => snapshot.Text.StartsWith("0. 1. ", StringComparison.Ordinal)));
        finish.SetResult();
        await ask;
        await reader.UntilAsync(events => events.OfType<MessageCompleted>().Count() == 2);
        await late.UntilAsync(events => events.OfType<MessageCompleted>().Count() == 2);

        reader.Events.OfType<MessageCompleted>().Select(completed => completed.Message.Number).ShouldBe([1, 2]);
    }

    [Fact]
    public async Task A_reader_on_another_node_that_came_before_the_turn_sees_the_text_so_far()
    {
        await using var database = await Node.DatabaseAsync(server);
        var wakeups = new TestWakeups();
        var author = new TestAuthor();
        var finish = new TaskCompletionSource();
        author.Write = async (turn, output, ct) =>
        {
            if (turn.Unanswered[0].Text == "slow")
            {
                await output.ShowAsync("So far. ", ct);
                await finish.Task.WaitAsync(ct);
            }

            return TestAuthor.Reply(turn);
        };
        await using var writes = await Node.StartAsync(database, author, wakeups);
        await using var reads = await Node.StartAsync(database, null, wakeups);
        var conversation = await writes.ConversationAsync();
        await writes.AskAsync(conversation, "Hello");
        await using var reader = new Reader(reads, conversation, after: 0);
        // Only then it waits, and has told the other node so.
        await reader.UntilAsync(events => events.OfType<MessageCompleted>().Count() == 2);
        await writes.AskAsync(conversation, "Hello again");
        await reader.UntilAsync(events => events.OfType<MessageCompleted>().Count() == 4);

        var ask = writes.AskAsync(conversation, "slow");

        await reader.UntilAsync(events => events.OfType<MessageSnapshot>().Any(snapshot => snapshot.Text == "So far. "));
        finish.SetResult();
        await ask;
    }

    [Fact]
    public async Task A_reader_on_another_node_is_told_when_the_conversation_changes_hands()
    {
        await using var database = await Node.DatabaseAsync(server);
        var wakeups = new TestWakeups();
        await using var acts = await Node.StartAsync(database, null, wakeups);
        await using var reads = await Node.StartAsync(database, null, wakeups);
        var conversation = await acts.ConversationAsync();
        await acts.AskAsync(conversation, "Hello");
        await using var reader = new Reader(reads, conversation, after: 0);
        var member = Guid.CreateVersion7();

        await acts.Inbox.TakeOverAsync(new Viewer(acts.Tenant, member), conversation, CancellationToken.None);
        await reader.UntilAsync(events => events.OfType<HandoffChanged>().Any());
        await acts.Inbox.GiveBackAsync(new Viewer(acts.Tenant, member), conversation, CancellationToken.None);
        await reader.UntilAsync(events => events.OfType<HandoffChanged>().Count() == 2);

        reader.Events.OfType<HandoffChanged>().ShouldBe([new(conversation, "assigned", member), new(conversation, "returned", null)]);
    }

    /// <summary>Reads a conversation in the background and keeps what it saw.</summary>
    private sealed class Reader : IAsyncDisposable
    {
        private readonly CancellationTokenSource _over = new();
        private readonly List<LiveEvent> _events = [];
        private readonly Task _reading;

        public Reader(Node node, Guid conversation, long? after)
        {
            var joined = new TaskCompletionSource();
            _reading = Task.Run(async () =>
            {
                try
                {
                    await foreach (var happened in node.Live.ReadAsync(node.Tenant, conversation, after, _over.Token))
                    {
                        lock (_events)
                        {
                            _events.Add(happened);
                        }
                    }
                }
                catch (OperationCanceledException)
                {
                    joined.TrySetResult();
                }
            });
            // The first look at the database is over once the reader is in the hub and quiet.
            SpinWait.SpinUntil(() => node.Get<Steward.Conversations.Live.LiveHub>().IsWatched(new ConversationKey(node.Tenant, conversation)), TimeSpan.FromSeconds(10));
            Thread.Sleep(100);
        }

        public IReadOnlyList<LiveEvent> Events
        {
            get
            {
                lock (_events)
                {
                    return [.. _events];
                }
            }
        }

        public IEnumerable<string> Names => Events.Select(happened => happened.Name);

        public Task UntilAsync(Func<IReadOnlyList<LiveEvent>, bool> holds) => Node.UntilAsync(() => Task.FromResult(holds(Events)));

        public async ValueTask DisposeAsync()
        {
            await _over.CancelAsync();
            await _reading;
            _over.Dispose();
        }
    }
}
