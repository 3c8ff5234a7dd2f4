using Microsoft.Extensions.DependencyInjection;
using Steward.Platform.Postgres;
using Steward.Testing;

namespace Steward.Conversations.Tests.Erasing;

/// <summary>What happens to those who write, read or wait while a contact is erased.</summary>
public sealed class ErasingRaceTests(PostgresServer server) : IAsyncLifetime
{
    private TestDatabase database = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => database = await Node.DatabaseAsync(server);

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task A_turn_that_runs_for_the_contact_is_stopped_and_stores_nothing_even_when_it_does_not_stop()
    {
        var author = new TestAuthor();
        var (begun, finish, ended) = (new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource<bool>());
        author.Write = async (turn, output, ct) =>
        {
            begun.TrySetResult();
            await finish.Task;
            ended.TrySetResult(ct.IsCancellationRequested);
            return TestAuthor.Reply(turn);
        };
        await using var node = await Erasures.StartAsync(database, author);
        var (contact, conversation) = await Erasures.BeginAsync(node);
        await node.SayAsync(conversation, "Hello");
        await begun.Task;

        await Erasures.EraseAsync(node, contact);
        await Erasures.RunAsync(node);
        finish.SetResult();

        (await ended.Task).ShouldBeTrue();
        await Node.UntilAsync(() => Task.FromResult(!node.Get<Conversations.Turns.TurnRunner>().Runs(new ConversationKey(node.Tenant, conversation))));
        (await Erasures.RowsAsync(database, conversation)).ShouldBe(0);
    }

    [Fact]
    public async Task Messages_that_come_meanwhile_are_refused_or_erased_and_never_left_behind()
    {
        await using var node = await Erasures.StartAsync(database);
        var (contact, conversation) = await Erasures.BeginAsync(node);
        var refused = 0;
        using var stop = new CancellationTokenSource();
        var talking = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    await node.SayAsync(conversation, "Still here");
                }
                catch (ConversationProblemException problem) when (problem.Code == "conversation.unknown")
                {
                    Interlocked.Increment(ref refused);
                    return;
                }
            }
        })).ToArray();
        await Node.UntilAsync(async () => (await node.MessagesAsync(conversation)).Count > 10);

        await Erasures.EraseAsync(node, contact);
        await Task.WhenAll(talking).WaitAsync(TimeSpan.FromSeconds(20), Ct);
        await stop.CancelAsync();
        await Erasures.RunAsync(node);

        refused.ShouldBe(4);
        (await Erasures.RowsAsync(database, conversation)).ShouldBe(0);
    }

    [Fact]
    public async Task The_same_person_on_a_push_channel_is_somebody_new_afterwards()
    {
        await using var node = await Erasures.StartAsync(database, more: services => services.AddSingleton<IMessageCarrier>(new TestCarrier()));
        var channel = (await node.Get<IChannelDirectory>().CreateAsync(node.Tenant, new NewChannel(new TestCarrier().ChannelKind, "Push"), Ct)).Id;
        var first = await Erasures.HearAsync(node, channel, "1");
        var contact = (await node.ViewAsync(first)).ContactId;

        await Erasures.EraseAsync(node, contact);
        var second = await Erasures.HearAsync(node, channel, "2");
        await Erasures.RunAsync(node);

        second.ShouldNotBe(first);
        (await node.ViewAsync(second)).ContactId.ShouldNotBe(contact);
        (await node.MessagesAsync(second)).ShouldNotBeEmpty();
        (await Erasures.RowsAsync(database, first)).ShouldBe(0);
    }

    [Fact]
    public async Task A_sender_that_is_erased_again_and_again_while_it_writes_loses_no_message_that_was_taken_after()
    {
        await using var node = await Erasures.StartAsync(database, more: services => services.AddSingleton<IMessageCarrier>(new TestCarrier()));
        var channel = (await node.Get<IChannelDirectory>().CreateAsync(node.Tenant, new NewChannel(new TestCarrier().ChannelKind, "Push"), Ct)).Id;
        var erased = new List<Guid>();
        using var stop = new CancellationTokenSource();
        var talking = Enumerable.Range(0, 4).Select(talker => Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                await Erasures.HearAsync(node, channel, $"{talker}/{i}");
            }
        })).ToArray();
        while (erased.Count < 10)
        {
            var conversation = await Erasures.HearAsync(node, channel, $"eraser/{erased.Count}");
            if (await node.Inbox.FindAsync(node.Program, conversation, Ct) is { } found)
            {
                await Erasures.EraseAsync(node, found.ContactId);
                erased.Add(found.ContactId);
            }
        }

        await stop.CancelAsync();
        await Task.WhenAll(talking).WaitAsync(TimeSpan.FromSeconds(20), Ct);
        await Erasures.RunAsync(node);

        erased.ShouldBeUnique();
        const string left = "select count(*) from conversations.conversations c left join conversations.contacts k on k.id = c.contact_id where k.id is null or k.id = any ($1)";
        (await database.AskAsync(left, Sql.Uuids([.. erased]))).ShouldBe(0L);
        const string lost = "select count(*) from conversations.messages m where not exists (select from conversations.conversations c where c.id = m.conversation_id)";
        (await database.AskAsync(lost)).ShouldBe(0L);
    }

    [Fact]
    public async Task Nobody_starts_a_conversation_for_a_contact_that_is_being_erased()
    {
        await using var node = await Erasures.StartAsync(database);
        var (contact, _) = await Erasures.BeginAsync(node);
        var starting = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (var started = 0; ; started++)
            {
                try
                {
                    await node.Intake.StartAsync(node.Tenant, new StartConversation(null, contact), Ct);
                }
                catch (ConversationProblemException problem) when (problem.Code == "contact.unknown")
                {
                    return started;
                }
            }
        })).ToArray();
        await Node.UntilAsync(async () => (long)(await database.AskAsync("select count(*) from conversations.conversations"))! > 5);

        await Erasures.EraseAsync(node, contact);
        (await Task.WhenAll(starting).WaitAsync(TimeSpan.FromSeconds(20), Ct)).Sum().ShouldBeGreaterThan(4);
        await Erasures.RunAsync(node);
        (await database.AskAsync("select count(*) from conversations.conversations")).ShouldBe(0L);
    }

    [Fact]
    public async Task Readers_end_on_every_node_and_whoever_waits_is_refused()
    {
        var wakeups = new TestWakeups();
        var author = TestAuthor.HeldUntil(new TaskCompletionSource().Task);
        await using var node = await Erasures.StartAsync(database, author, wakeups);
        await using var peer = await Erasures.StartAsync(database, author, wakeups);
        var (contact, conversation) = await Erasures.BeginAsync(node);
        var (joinedHere, here) = Read(node, conversation);
        var (joinedThere, there) = Read(peer, conversation);
        var waits = node.AskAsync(conversation, "Hello");
        await Task.WhenAll(joinedHere, joinedThere).WaitAsync(TimeSpan.FromSeconds(20), Ct);
        await Node.UntilAsync(() => Task.FromResult(author.Briefs.Count == 1));

        await Erasures.EraseAsync(node, contact);

        (await Should.ThrowAsync<ConversationProblemException>(waits)).Code.ShouldBe("conversation.unknown");
        await here.WaitAsync(TimeSpan.FromSeconds(10), Ct);
        await there.WaitAsync(TimeSpan.FromSeconds(10), Ct);
    }

    /// <summary>Reads to the end; joined once the first event is read.</summary>
    private static (Task Joined, Task Ended) Read(Node node, Guid conversation)
    {
        var joined = new TaskCompletionSource();
        return (joined.Task, Task.Run(async () =>
        {
            await foreach (var _ in node.Live.ReadAsync(node.Tenant, conversation, 0, Ct))
            {
                joined.TrySetResult();
            }
        }));
    }
}
