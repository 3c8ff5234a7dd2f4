using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Steward.Conversations.Nodes;
using Steward.Conversations.Turns;
using Steward.Platform.Postgres;
using Steward.Testing;

namespace Steward.Conversations.Tests.Turns;

public sealed class FailureTests(PostgresServer server)
{
    [Fact]
    public async Task An_author_that_fails_twice_is_asked_a_third_time()
    {
        await using var database = await Node.DatabaseAsync(server);
        var author = new TestAuthor();
        author.Write = (turn, _, _) => turn.Attempt < 3 ? throw new AuthorFailedException("model.unavailable") : Task.FromResult(TestAuthor.Reply(turn));
        await using var node = await Node.StartAsync(database, author);
        var conversation = await node.ConversationAsync();

        (await node.AskAsync(conversation, "Hello"))!.Text.ShouldBe("re: Hello");

        author.Briefs.Select(brief => brief.Attempt).ShouldBe([1, 2, 3]);
        author.Briefs.Select(brief => brief.TurnId).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task A_turn_that_fails_three_times_is_a_dead_letter_and_the_conversation_waits_for_a_person()
    {
        await using var database = await Node.DatabaseAsync(server);
        var author = new TestAuthor { Write = (_, _, _) => throw new AuthorFailedException("model.unavailable") };
        await using var node = await Node.StartAsync(database, author);
        var conversation = await node.ConversationAsync();

        var reply = await node.AskAsync(conversation, "Hello");

        reply!.Action.ShouldBe(TurnAction.Handoff);
        author.Briefs.Count.ShouldBe(3);
        var view = await node.ViewAsync(conversation);
        view.State.ShouldBe(ConversationState.Waiting);
        view.HandoffReason.ShouldBe("model.unavailable");
        (await node.MessagesAsync(conversation))[^1].Author.ShouldBe(MessageAuthor.System);
        (await database.AskAsync("select count(*) from conversations.work")).ShouldBe(0L);
        (await database.AskAsync("select count(*) from platform.events where name = 'turn.failed'")).ShouldBe(1L);

        author.Write = (turn, _, _) => Task.FromResult(TestAuthor.Reply(turn));
        await node.Inbox.GiveBackAsync(node.Program, conversation, CancellationToken.None);
        await Node.UntilAsync(async () => (await node.MessagesAsync(conversation))[^1].Text == "re: Hello");
    }

    [Fact]
    public async Task Work_of_a_dead_node_is_taken_up_by_another()
    {
        await using var database = await Node.DatabaseAsync(server);
        var stuck = new TestAuthor { Write = async (_, _, ct) => { await Task.Delay(Timeout.Infinite, ct); return null!; } };
        await using var dead = await Node.StartAsync(database, stuck, background: false);
        var conversation = await dead.ConversationAsync();
        await dead.SayAsync(conversation, "Hello", wait: true);
        await Node.UntilAsync(() => Task.FromResult(stuck.Briefs.Count == 1));
        await database.AskAsync("update conversations.nodes set seen_at = seen_at - interval '1 minute'");

        var losses = new Losses();
        await using var alive = await Node.StartAsync(database, more: services => services.AddSingleton<ILostAttempts>(losses));
        await Node.UntilAsync(async () => (await alive.MessagesAsync(conversation)).Count == 2);

        alive.Author.Briefs.Single().Attempt.ShouldBe(2);
        var brief = stuck.Briefs.Single();
        losses.Heard.ShouldBe([new LostAttempt(conversation, brief.TurnId, brief.Epoch)]);
        (await alive.MessagesAsync(conversation))[1].Text.ShouldBe("re: Hello");
    }

    [Fact]
    public async Task A_message_that_takes_a_dead_nodes_lease_tells_that_its_attempt_was_lost()
    {
        await using var database = await Node.DatabaseAsync(server);
        var stuck = new TestAuthor { Write = async (_, _, ct) => { await Task.Delay(Timeout.Infinite, ct); return null!; } };
        await using var dead = await Node.StartAsync(database, stuck, background: false);
        var conversation = await dead.ConversationAsync();
        await dead.SayAsync(conversation, "Hello", wait: true);
        await Node.UntilAsync(() => Task.FromResult(stuck.Briefs.Count == 1));
        await database.AskAsync("update conversations.nodes set seen_at = seen_at - interval '1 minute'");

        var losses = new Losses();
        await using var alive = await Node.StartAsync(database, background: false, more: services => services.AddSingleton<ILostAttempts>(losses));
        (await alive.AskAsync(conversation, "Are you there?"))!.Text.ShouldBe("re: Hello + Are you there?");

        losses.Heard.ShouldBe([new LostAttempt(conversation, stuck.Briefs.Single().TurnId, stuck.Briefs.Single().Epoch)]);
    }

    [Fact]
    public async Task A_turn_that_kills_three_nodes_is_a_dead_letter()
    {
        var losses = new Losses();
        await using var database = await Node.DatabaseAsync(server);
        var stuck = new TestAuthor { Write = async (_, _, ct) => { await Task.Delay(Timeout.Infinite, ct); return null!; } };
        await using var first = await Node.StartAsync(database, stuck, background: false);
        var conversation = await first.ConversationAsync();
        await first.SayAsync(conversation, "Hello", wait: true);
        for (var died = 0; died < 3; died++)
        {
            var killed = died;
            await Node.UntilAsync(() => Task.FromResult(stuck.Briefs.Count == killed + 1));
            await database.AskAsync("update conversations.nodes set seen_at = seen_at - interval '1 minute'");
            await database.AskAsync("update conversations.work set look_at = clock_timestamp()");
            var next = await Node.StartAsync(database, stuck, background: false, more: services => services.AddSingleton<ILostAttempts>(losses));
            await next.Get<WorkScan>().LookAsync(CancellationToken.None);
        }

        await Node.UntilAsync(async () => (await first.ViewAsync(conversation)).State == ConversationState.Waiting);
        stuck.Briefs.Count.ShouldBe(3);
        losses.Heard.Select(lost => lost.Epoch).ShouldBe(stuck.Briefs.Select(brief => brief.Epoch));
        (await database.AskAsync("select code from conversations.turns where state = 3")).ShouldBe("turn.claimed_too_often");
    }

    [Fact]
    public async Task A_lease_in_the_nodes_own_name_that_it_does_not_run_is_taken_up_again()
    {
        await using var database = await Node.DatabaseAsync(server);
        await using var node = await Node.StartAsync(database, background: false);
        var conversation = await node.ConversationAsync();
        // As after a receive whose answer was lost: committed, claimed in this node's name, and nobody runs it.
        var key = new ConversationKey(node.Tenant, conversation);
        var sealer = await database.Sealing.ForAsync(node.Tenant, CancellationToken.None);
        var id = Guid.CreateVersion7();
        var session = database.Database.For(node.Tenant);
        node.Get<TurnStore>().Receive(session, new ReceiveRow(conversation, id, sealer.Seal(Fields.Text(id), "Hello"), null, null, null, true, false));
        await session.SendAsync(CancellationToken.None);
        var scan = node.Get<WorkScan>();

        await scan.LookAtOwnAsync(CancellationToken.None);
        node.Get<TurnRunner>().Runs(key).ShouldBeFalse();
        await scan.LookAtOwnAsync(CancellationToken.None);

        await Node.UntilAsync(async () => (await node.MessagesAsync(conversation)).Count == 2);
    }

    [Fact]
    public async Task A_stopping_node_gives_its_lease_back_without_counting_the_claim()
    {
        await using var database = await Node.DatabaseAsync(server);
        var stuck = new TestAuthor { Write = async (_, _, ct) => { await Task.Delay(Timeout.Infinite, ct); return null!; } };
        var stopping = await Node.StartAsync(database, stuck, configure: settings => settings.StopWithin = TimeSpan.FromMilliseconds(50));
        var conversation = await stopping.ConversationAsync();
        await stopping.SayAsync(conversation, "Hello", wait: true);
        await Node.UntilAsync(() => Task.FromResult(stuck.Briefs.Count == 1));

        await stopping.DisposeAsync();
        var losses = new Losses();
        await using var next = await Node.StartAsync(database, more: services => services.AddSingleton<ILostAttempts>(losses));

        await Node.UntilAsync(async () => (await next.MessagesAsync(conversation)).Count == 2);
        next.Author.Briefs.Single().Attempt.ShouldBe(1);
        losses.Heard.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_full_node_stores_what_it_must_refuses_the_rest_and_answers_when_it_has_room()
    {
        await using var database = await Node.DatabaseAsync(server);
        var finish = new TaskCompletionSource();
        var author = TestAuthor.HeldUntil(finish.Task);
        await using var node = await Node.StartAsync(database, author, configure: settings =>
        {
            settings.TurnsPerTenant = 1;
            settings.WaitingPerTenant = 1;
        });
        var conversations = new[] { await node.ConversationAsync(), await node.ConversationAsync(), await node.ConversationAsync() };
        await node.SayAsync(conversations[0], "one", wait: true);
        await node.SayAsync(conversations[1], "two", wait: true);

        var full = await Should.ThrowAsync<ConversationProblemException>(() => node.SayAsync(conversations[2], "three", wait: true));
        full.Code.ShouldBe("node.full");
        full.RetryAfter.ShouldNotBeNull();
        (await node.MessagesAsync(conversations[2])).ShouldBeEmpty();

        finish.SetResult();
        await Node.UntilAsync(async () => (await node.MessagesAsync(conversations[1])).Count == 2);
    }

    [Fact]
    public async Task Two_nodes_on_one_database_answer_every_message_once()
    {
        await using var database = await Node.DatabaseAsync(server);
        var wakeups = new TestWakeups();
        var author = new TestAuthor { Write = async (turn, _, ct) => { await Task.Delay(Random.Shared.Next(15), ct); return TestAuthor.Reply(turn); } };
        await using var one = await Node.StartAsync(database, author, wakeups);
        await using var two = await Node.StartAsync(database, author, wakeups);
        Node[] nodes = [one, two];
        var conversations = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => one.ConversationAsync()));

        var replies = await Task.WhenAll(conversations.SelectMany(conversation => Enumerable.Range(0, 10).Select(async i =>
        {
            await Task.Delay(Random.Shared.Next(200));
            var node = nodes[i % 2];
            var said = await node.SayAsync(conversation, $"m{i}", wait: i % 3 != 0);
            return await node.Intake.WaitAsync(node.Tenant, conversation, said.Number, TimeSpan.FromSeconds(20), CancellationToken.None);
        })));

        replies.ShouldAllBe(reply => reply != null && reply.Text != null);
        (await database.AskAsync("select count(*) from conversations.messages where author = 0")).ShouldBe(100L);
        (await database.AskAsync("select count(*) from conversations.work")).ShouldBe(0L);
        foreach (var conversation in conversations)
        {
            var messages = await one.MessagesAsync(conversation);
            messages.Select(message => message.Number).ShouldBe(Enumerable.Range(1, messages.Count).Select(number => (long)number));
            var answered = messages.Where(message => message.Author == MessageAuthor.Assistant)
                .SelectMany(message => message.Text["re: ".Length..].Split(" + ")).ToList();
            answered.Order().ShouldBe(Enumerable.Range(0, 10).Select(i => $"m{i}").Order());
        }
    }

    private sealed class Losses : ILostAttempts
    {
        public ConcurrentQueue<LostAttempt> Heard { get; } = new();

        public void Append(TenantSession session, LostAttempt lost) => Heard.Enqueue(lost);
    }
}
