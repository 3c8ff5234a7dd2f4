using Microsoft.Extensions.DependencyInjection;
using Steward.Conversations.Erasing;
using Steward.Platform.Erasing;
using Steward.Platform.Postgres;
using Steward.Platform.Retention;
using Steward.Platform.Tenancy;
using Steward.Testing;

namespace Steward.Conversations.Tests.Erasing;

public sealed class ContactErasingTests(PostgresServer server) : IAsyncLifetime
{
    private TestDatabase database = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => database = await Node.DatabaseAsync(server);

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task Everything_said_is_gone_and_the_receipt_says_so()
    {
        await using var node = await StartAsync();
        var (contact, conversation) = await BeginAsync(node);
        await node.AskAsync(conversation, "My name is Ada");
        var (other, kept) = await BeginAsync(node);
        await node.AskAsync(kept, "My name is Ben");

        var asked = await EraseAsync(node, contact);
        asked.State.ShouldBe("working");
        (await RunAsync(node)).ShouldBe(2);

        (await RowsAsync(conversation)).ShouldBe(0);
        (await node.Get<IContacts>().FindAsync(node.Tenant, contact, Ct)).ShouldBeNull();
        var done = (await node.Get<IContactErasures>().FindAsync(node.Tenant, asked.Id, Ct))!;
        (done.State, done.ContactId, done.DoneAt is not null).ShouldBe(("done", contact, true));
        (await database.AskAsync("select cardinality(conversations) from platform.contact_erasures")).ShouldBe(0);
        (await node.MessagesAsync(kept)).Count.ShouldBe(2);
        (await node.Get<IContacts>().FindAsync(node.Tenant, other, Ct)).ShouldNotBeNull();
    }

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
        await using var node = await StartAsync(author);
        var (contact, conversation) = await BeginAsync(node);
        await node.SayAsync(conversation, "Hello");
        await begun.Task;

        await EraseAsync(node, contact);
        await RunAsync(node);
        finish.SetResult();

        (await ended.Task).ShouldBeTrue();
        await Node.UntilAsync(() => Task.FromResult(!node.Get<Conversations.Turns.TurnRunner>().Runs(new ConversationKey(node.Tenant, conversation))));
        (await RowsAsync(conversation)).ShouldBe(0);
    }

    [Fact]
    public async Task Messages_that_come_meanwhile_are_refused_or_erased_and_never_left_behind()
    {
        await using var node = await StartAsync();
        var (contact, conversation) = await BeginAsync(node);
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

        await EraseAsync(node, contact);
        await Task.WhenAll(talking).WaitAsync(TimeSpan.FromSeconds(20), Ct);
        await stop.CancelAsync();
        await RunAsync(node);

        refused.ShouldBe(4);
        (await RowsAsync(conversation)).ShouldBe(0);
    }

    [Fact]
    public async Task The_same_person_on_a_push_channel_is_somebody_new_afterwards()
    {
        await using var node = await StartAsync(more: services => services.AddSingleton<IMessageCarrier>(new TestCarrier()));
        var channel = (await node.Get<IChannelDirectory>().CreateAsync(node.Tenant, new NewChannel(new TestCarrier().ChannelKind, "Push"), Ct)).Id;
        var first = await HearAsync(node, channel, "1");
        var contact = (await node.ViewAsync(first)).ContactId;

        await EraseAsync(node, contact);
        var second = await HearAsync(node, channel, "2");
        await RunAsync(node);

        second.ShouldNotBe(first);
        (await node.ViewAsync(second)).ContactId.ShouldNotBe(contact);
        (await node.MessagesAsync(second)).ShouldNotBeEmpty();
        (await RowsAsync(first)).ShouldBe(0);
    }

    [Fact]
    public async Task Readers_end_on_every_node_and_whoever_waits_is_refused()
    {
        var wakeups = new TestWakeups();
        var author = TestAuthor.HeldUntil(new TaskCompletionSource().Task);
        await using var node = await StartAsync(author, wakeups);
        await using var peer = await StartAsync(author, wakeups);
        var (contact, conversation) = await BeginAsync(node);
        var (joinedHere, here) = Read(node, conversation);
        var (joinedThere, there) = Read(peer, conversation);
        var waits = node.AskAsync(conversation, "Hello");
        await Task.WhenAll(joinedHere, joinedThere).WaitAsync(TimeSpan.FromSeconds(20), Ct);
        await Node.UntilAsync(() => Task.FromResult(author.Briefs.Count == 1));

        await EraseAsync(node, contact);

        (await Should.ThrowAsync<ConversationProblemException>(waits)).Code.ShouldBe("conversation.unknown");
        await here.WaitAsync(TimeSpan.FromSeconds(10), Ct);
        await there.WaitAsync(TimeSpan.FromSeconds(10), Ct);
    }

    [Fact]
    public async Task Asked_twice_it_is_one_erasure_and_an_unknown_contact_has_none()
    {
        await using var node = await StartAsync();
        var (contact, _) = await BeginAsync(node);
        var all = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => EraseAsync(node, contact)));
        all.Select(erasure => erasure.Id).Distinct().Count().ShouldBe(1);
        await RunAsync(node);
        (await EraseAsync(node, contact)).Id.ShouldBe(all[0].Id);

        var other = (await database.Tenants.CreateAsync("Other", Ct)).Id;
        (await Should.ThrowAsync<ConversationProblemException>(() => node.Get<ContactErasing>().AskAsync(other, contact, Guid.NewGuid(), Ct))).Code.ShouldBe("contact.unknown");
        (await Should.ThrowAsync<ConversationProblemException>(() => EraseAsync(node, Guid.NewGuid()))).Code.ShouldBe("contact.unknown");
    }

    [Fact]
    public async Task A_run_that_was_cut_goes_on_where_it_was_and_what_is_written_late_goes_when_it_settles()
    {
        var room = new Room { FailsAfter = 1 };
        await using var node = await StartAsync(more: services => services.AddSingleton<IEraser>(room));
        var contact = (await node.Get<IContacts>().EnsureAsync(node.Tenant, null, new ContactDetails("Ada"), Ct)).Id;
        var conversations = new List<Guid>();
        for (var i = 0; i < 201; i++)
        {
            conversations.Add((await node.Intake.StartAsync(node.Tenant, new StartConversation(null, contact), Ct)).Id);
        }

        await node.AskAsync(conversations[^1], "Hello");
        var erasure = await EraseAsync(node, contact);
        await Should.ThrowAsync<AggregateException>(() => node.Get<IServiceProvider>().RunErasuresAsync());
        (await database.AskAsync("select place from platform.contact_erasures")).ShouldBe(200);

        room.FailsAfter = int.MaxValue;
        await node.Get<IServiceProvider>().RunErasuresAsync();
        room.Seen.Count.ShouldBe(201);
        (await database.AskAsync("select state from platform.contact_erasures")).ShouldBe((short)1);
        // As a subscriber does that had read its event before.
        await database.AskAsync(
            "insert into conversations.word_work (tenant_id, conversation_id) values ($1, $2)", Sql.Uuid(node.Tenant.Value), Sql.Uuid(conversations[0]));
        await node.Get<IServiceProvider>().RunErasuresAsync();
        (await RowsAsync(conversations[0])).ShouldBe(0);
        (await node.Get<IContactErasures>().FindAsync(node.Tenant, erasure.Id, Ct))!.State.ShouldBe("done");
    }

    [Fact]
    public async Task Idle_conversations_go_as_those_of_an_erased_contact_do_and_busy_ones_stay()
    {
        await using var node = await StartAsync();
        var (contact, idle) = await BeginAsync(node);
        await node.AskAsync(idle, "Long ago");
        var busy = (await node.Intake.StartAsync(node.Tenant, new StartConversation(null, contact), Ct)).Id;
        await node.AskAsync(busy, "Just now");
        await database.AskAsync("update conversations.conversations set last_message_at = '2020-01-01T00:00:00Z' where id = $1", Sql.Uuid(idle));
        var conversations = node.Get<IEnumerable<IRetentionClass>>().Single(one => one.Bounds.Name == "conversations");

        (await conversations.SweepAsync(node.Tenant, DateTimeOffset.Parse("2019-12-31T23:59:59Z"), Ct)).ShouldBeFalse();
        (await node.MessagesAsync(idle)).Count.ShouldBe(2);
        (await conversations.SweepAsync(node.Tenant, DateTimeOffset.Parse("2020-01-01T00:00:01Z"), Ct)).ShouldBeFalse();
        await RunAsync(node);

        (await RowsAsync(idle)).ShouldBe(0);
        (await node.MessagesAsync(busy)).Count.ShouldBe(2);
        (await node.Get<IContacts>().FindAsync(node.Tenant, contact, Ct)).ShouldNotBeNull();
        (await database.AskAsync("select count(*) from platform.contact_erasures")).ShouldBe(0L);
    }

    private static async Task<Guid> HearAsync(Node node, Guid channel, string messageId) => (await node.Intake.ReceiveAsync(
        node.Tenant, new IncomingMessage("Hello", ChannelId: channel, Contact: new ContactDetails("Ada", Identity: "+45 1"), ProviderMessageId: messageId), Ct)).ConversationId;

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

    private static Task<ContactErasure> EraseAsync(Node node, Guid contact) => node.Get<ContactErasing>().AskAsync(node.Tenant, contact, Guid.NewGuid(), Ct);

    /// <summary>Both rounds; how many were needed.</summary>
    private static async Task<int> RunAsync(Node node)
    {
        var rounds = 0;
        while (await node.Get<IServiceProvider>().RunErasuresAsync() > 0)
        {
            rounds++;
        }

        return rounds;
    }

    private static async Task<(Guid Contact, Guid Conversation)> BeginAsync(Node node)
    {
        var begun = await node.Intake.StartAsync(node.Tenant, new StartConversation(null, null, new ContactDetails("Ada", "ada@example.com")), Ct);
        return (begun.ContactId, begun.Id);
    }

    private async Task<Node> StartAsync(TestAuthor? author = null, TestWakeups? wakeups = null, Action<IServiceCollection>? more = null) => await Node.StartAsync(
        database, author, wakeups, more: services =>
        {
            services.SettleErasures();
            more?.Invoke(services);
        });

    /// <summary>Rows of any table that name the conversation.</summary>
    private async Task<long> RowsAsync(Guid conversation)
    {
        var sql = (string)(await database.AskAsync(
            """
            select string_agg(format('select count(*) as n from %I.%I where %I = $1', table_schema, table_name, column_name), ' union all ')
            from information_schema.columns where table_schema in ('conversations', 'platform') and data_type = 'uuid' and column_name in ('conversation_id', 'id', 'subject')
              and table_name in (select table_name from information_schema.tables where table_type = 'BASE TABLE')
            """))!;
        return (long)(await database.AskAsync($"select sum(n)::bigint from ({sql}) t", Sql.Uuid(conversation)))!;
    }

    private sealed class Room : IEraser
    {
        private int calls;

        public int FailsAfter { get; set; }

        public HashSet<Guid> Seen { get; } = [];

        string IEraser.Room => "test";

        public Task EraseAsync(ErasedSubjects subjects, CancellationToken ct)
        {
            if (calls++ >= FailsAfter)
            {
                throw new IOException("The bucket is away.");
            }

            Seen.UnionWith(subjects.Conversations);
            return Task.CompletedTask;
        }

        public Task EraseTenantAsync(TenantId tenant, CancellationToken ct) => Task.CompletedTask;
    }
}
