using Microsoft.Extensions.DependencyInjection;
using Steward.Conversations.Nodes;
using Steward.Platform.Limits;
using Steward.Testing;

namespace Steward.Conversations.Tests.Delivery;

/// <summary>Limits on a channel that cannot be told of an error.</summary>
public sealed class PushLimitTests(PostgresServer server)
{
    private static readonly LimitValues None = new(0, 0, 0, 0, 0, 1, 0, 0, 0);
    private const string Notice = "Later, please.";
    private static readonly ContactDetails Ada = new("Ada", Identity: "+49 1");

    [Fact]
    public async Task What_is_beyond_a_limit_is_kept_told_of_once_and_answered_together_when_there_is_room()
    {
        await using var set = await SetAsync(None with { ContactPerHour = 100, ContactPerMinute = 3 });
        for (var i = 1; i <= 3; i++)
        {
            await set.AnsweredAsync(set.Nodes[i % 2], $"m{i}");
        }

        await Task.WhenAll(Enumerable.Range(4, 6).Select(i => Task.Run(() => set.SayAsync(set.Nodes[i % 2], $"m{i}"))));
        (await set.SayAsync(set.Nodes[0], "m9")).Duplicate.ShouldBeTrue();
        await set.LookAsync();

        (await set.AuthorsAsync()).ShouldBe((9, 3, 1), "nine messages, three replies, one notice");
        await set.DeliverAsync();
        await set.DeliverAsync();
        set.Carrier.Sent.Count(sent => sent.Message.Text == Notice).ShouldBe(1);

        await set.FreeAsync();
        await set.LookAsync();
        await Node.UntilAsync(async () => (await set.AuthorsAsync()).Replies == 4);
        await set.LookAsync();
        set.Answered.ShouldBe(Enumerable.Range(1, 9).Select(i => $"m{i}"), ignoreOrder: true);
        set.Turns.ShouldBe(4);
        (await set.WorkAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task The_answer_that_waited_takes_the_use_that_became_free()
    {
        await using var set = await SetAsync(None with { ContactPerMinute = 1 });
        await set.AnsweredAsync(set.Nodes[0], "one");
        await set.SayAsync(set.Nodes[0], "two");
        await set.FreeAsync();
        await set.LookAsync();
        await Node.UntilAsync(async () => (await set.AuthorsAsync()).Replies == 2);

        await set.SayAsync(set.Nodes[1], "three");
        await set.LookAsync();
        (await set.AuthorsAsync()).ShouldBe((3, 2, 1), "told once in an hour");
        (await set.WorkAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task Work_that_is_looked_at_too_early_waits_on()
    {
        await using var set = await SetAsync(None with { ContactPerMinute = 1 });
        await set.AnsweredAsync(set.Nodes[0], "one");
        await set.SayAsync(set.Nodes[0], "two");
        await set.Database.AskAsync("update conversations.work set look_at = clock_timestamp()");
        await set.LookAsync();
        (await set.AuthorsAsync()).Replies.ShouldBe(1);
        (await set.Database.AskAsync("select count(*) from conversations.work where look_at > clock_timestamp() + interval '30 seconds'")).ShouldBe(1L);
    }

    [Fact]
    public async Task A_flood_while_a_turn_runs_is_not_answered_by_the_next_one()
    {
        var hold = new TaskCompletionSource();
        await using var set = await SetAsync(None with { ContactPerMinute = 1 }, TestAuthor.HeldUntil(hold.Task));
        await set.SayAsync(set.Nodes[0], "one");
        await set.SayAsync(set.Nodes[0], "two");
        await set.SayAsync(set.Nodes[1], "three");
        hold.SetResult();
        await Node.UntilAsync(async () => (await set.AuthorsAsync()).Replies == 1);
        await set.LookAsync();
        set.Turns.ShouldBe(1);
        (await set.WorkAsync()).ShouldBe(1);

        await set.FreeAsync();
        await set.LookAsync();
        await Node.UntilAsync(async () => (await set.AuthorsAsync()).Replies == 2);
        set.Answered.ShouldBe(["one", "two", "three"]);
    }

    [Fact]
    public async Task A_message_that_finds_room_has_what_waits_answered_with_it()
    {
        await using var set = await SetAsync(None with { ContactPerMinute = 1 });
        await set.AnsweredAsync(set.Nodes[0], "one");
        await set.SayAsync(set.Nodes[0], "two");
        await set.Database.AskAsync("delete from platform.rate_counts where rule = 'contact' returning 1");
        await set.AnsweredAsync(set.Nodes[1], "three");
        set.Answered.ShouldBe(["one", "two", "three"]);
        (await set.WorkAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_conversation_that_a_person_has_gets_no_notice()
    {
        await using var set = await SetAsync(None with { ContactPerMinute = 1 });
        var conversation = await set.AnsweredAsync(set.Nodes[0], "one");
        await set.Nodes[0].Inbox.TakeOverAsync(set.Nodes[0].Program, conversation, CancellationToken.None);
        (await set.SayAsync(set.Nodes[0], "two")).WithPeople.ShouldBeTrue();
        (await set.AuthorsAsync()).ShouldBe((2, 1, 0));
    }

    [Fact]
    public async Task A_tenant_s_limit_binds_such_channels_too()
    {
        await using var set = await SetAsync(None with { TenantPerHour = 1 });
        await set.AnsweredAsync(set.Nodes[0], "one");
        await set.SayAsync(set.Nodes[1], "two");
        await set.LookAsync();
        (await set.AuthorsAsync()).ShouldBe((2, 1, 1));
    }

    private async Task<Set> SetAsync(LimitValues limits, TestAuthor? author = null)
    {
        var database = await Node.DatabaseAsync(server);
        var carrier = new TestCarrier();
        author ??= new TestAuthor();
        var nodes = new List<Node>();
        for (var i = 0; i < 2; i++)
        {
            nodes.Add(await Node.StartAsync(
                database, author, configure: static settings => settings.LimitedText = Notice,
                more: services =>
                {
                    services.AddCarrier(carrier);
                    services.AddSingleton(limits);
                },
                background: false));
        }

        var channel = await nodes[0].Get<IChannelDirectory>().CreateAsync(database.Tenant, new NewChannel("test", "Push"), CancellationToken.None);
        return new Set(database, nodes, author, carrier, channel.Id);
    }

    private sealed class Set(TestDatabase database, IReadOnlyList<Node> nodes, TestAuthor author, TestCarrier carrier, Guid channel) : IAsyncDisposable
    {
        public TestDatabase Database => database;

        public IReadOnlyList<Node> Nodes => nodes;

        public TestCarrier Carrier => carrier;

        public int Turns => author.Briefs.Count;

        /// <summary>What turns were given to answer, in their order: a message twice would be here twice.</summary>
        public IEnumerable<string> Answered => author.Briefs.SelectMany(brief => brief.Unanswered.Select(message => message.Text));

        public Task<ReceiveResult> SayAsync(Node node, string text) => node.Intake.ReceiveAsync(
            database.Tenant, new IncomingMessage(text, ChannelId: channel, Contact: Ada, ProviderMessageId: text, Wait: true, MustStore: true), CancellationToken.None);

        public async Task<Guid> AnsweredAsync(Node node, string text)
        {
            var said = await SayAsync(node, text);
            (await node.Intake.WaitAsync(database.Tenant, said.ConversationId, said.Number, TimeSpan.FromSeconds(20), CancellationToken.None)).ShouldNotBeNull();
            return said.ConversationId;
        }

        public Task LookAsync() => Task.WhenAll(nodes.Select(node => node.Get<WorkScan>().LookAsync(CancellationToken.None)));

        public Task DeliverAsync() => Task.WhenAll(nodes.Select(node => node.DeliverAsync()));

        /// <summary>The limit's window passes.</summary>
        public async Task FreeAsync()
        {
            await database.AskAsync("update platform.rate_counts c set heads = (select array_agg(h - 1000) from unnest(c.heads) h) where c.rule = 'contact' returning 1");
            await database.AskAsync("update conversations.work set look_at = clock_timestamp(), limited_until = clock_timestamp() returning 1");
        }

        public async Task<(int Messages, int Replies, int Notices)> AuthorsAsync()
        {
            async Task<int> OfAsync(int author) => (int)(long)(await database.AskAsync($"select count(*) from conversations.messages where author = {author}"))!;
            return (await OfAsync(0), await OfAsync(1), await OfAsync(3));
        }

        public async Task<long> WorkAsync() => (long)(await database.AskAsync("select count(*) from conversations.work"))!;

        public async ValueTask DisposeAsync()
        {
            foreach (var node in nodes)
            {
                await node.DisposeAsync();
            }

            await database.DisposeAsync();
        }
    }
}
