using System.Text.Json;
using Steward.Conversations.Words;
using Steward.Platform.Events;
using Steward.Testing;

namespace Steward.Conversations.Tests.Words;

public sealed class WordSearchTests(PostgresServer server) : IAsyncLifetime
{
    private TestDatabase database = null!;
    private Node node = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        database = await Node.DatabaseAsync(server);
        node = await Node.StartAsync(database, background: false);
    }

    public async ValueTask DisposeAsync()
    {
        await node.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task A_conversation_is_found_by_all_its_words_whatever_their_case_and_accents()
    {
        var bike = await SaidAsync("My Käsekuchen is late", "and the BIKE too");
        var other = await SaidAsync("My bike is fine");
        (await FindAsync("bike")).ShouldBe([other, bike]);
        (await FindAsync("kasekuchen Bike")).ShouldBe([bike]);
        (await FindAsync("bikes")).ShouldBeEmpty();
        (await FindAsync("bike nobody")).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_cannot_be_read_is_passed_over_and_holds_up_nobody()
    {
        var broken = await node.ConversationAsync();
        await node.SayAsync(broken, "My bike is late");
        await database.AskAsync("update conversations.messages set text = $1", Steward.Platform.Postgres.Sql.Bytes([1, 2, 3]));
        await node.SayAsync(broken, "and the helmet");
        await HandleAsync(broken);
        var sound = await SaidAsync("A helmet too");
        (await FindAsync("helmet")).ShouldBe([sound, broken]);
        (await FindAsync("bike")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_backlog_of_one_tenant_hides_nobody_else()
    {
        var said = await SaidAsync("findable");
        await HandleAsync(said);
        await database.AskAsync(
            "insert into conversations.word_work (tenant_id, conversation_id) select '00000000-0000-7000-8000-000000000001', gen_random_uuid() from generate_series(1, 2000)");
        var due = await database.Database.DispatchAsync(
            "select tenant_id from conversations.due_words($1, $2, $3)", static row => row.GetGuid(0), Ct,
            Steward.Platform.Postgres.Sql.Uuid(Guid.Empty), Steward.Platform.Postgres.Sql.Uuids([]), Steward.Platform.Postgres.Sql.Int(10));
        due.ShouldBe([Guid.Parse("00000000-0000-7000-8000-000000000001"), node.Tenant.Value]);
    }

    [Fact]
    public async Task Pages_follow_each_other_newest_first()
    {
        var made = new List<Guid>();
        for (var i = 0; i < 5; i++)
        {
            made.Add(await SaidAsync("same word"));
        }

        var found = new List<Guid>();
        string? cursor = null;
        do
        {
            var page = await node.Inbox.ListAsync(node.Program, new ConversationFilter(Query: "word same", Limit: 2, Cursor: cursor), Ct);
            found.AddRange(page.Items.Select(view => view.Id));
            cursor = page.Next;
        }
        while (cursor is not null);

        found.ShouldBe(Enumerable.Reverse(made));
    }

    [Fact]
    public async Task Nobody_finds_what_they_may_not_see()
    {
        var (owner, other) = (new Viewer(node.Tenant, Guid.CreateVersion7()), new Viewer(node.Tenant, Guid.CreateVersion7()));
        var own = await SaidAsync("private matter");
        await node.Inbox.EditAsync(owner, own, new ConversationEdit(Visibility: ConversationVisibility.Own), null, Ct);
        var assigned = await SaidAsync("private matter");
        await node.Inbox.AssignAsync(owner, assigned, owner.MemberId, Ct);
        await node.Inbox.EditAsync(owner, assigned, new ConversationEdit(Visibility: ConversationVisibility.Assigned), null, Ct);
        (await FindAsync("private", owner)).ShouldBe([assigned, own]);
        (await FindAsync("private", other)).ShouldBeEmpty();
        // A message that came while only its owner saw the conversation is found by the owner.
        await node.SayAsync(own, "another secret");
        await WordAsync(own);
        (await FindAsync("another secret", owner)).ShouldBe([own]);
        var stranger = (await database.Tenants.CreateAsync("Other", Ct)).Id;
        (await FindAsync("private", new Viewer(stranger, null))).ShouldBeEmpty();
    }

    [Fact]
    public async Task Switched_off_every_word_is_removed_and_switched_on_again_old_messages_are_found()
    {
        var before = await SaidAsync("findable");
        var searches = node.Get<WordSearches>();
        (await searches.SwitchAsync(node.Tenant, false, [7], Ct)).ShouldBeNull();
        (await searches.SwitchAsync(node.Tenant, false, [0], Ct))!.State.ShouldBe("clearing");
        (await Should.ThrowAsync<ConversationProblemException>(() => FindAsync("findable"))).Code.ShouldBe("conversation.search_off");
        await DrainAsync();
        (await searches.FindAsync(node.Tenant, Ct)).State.ShouldBe("off");
        (await RowsAsync()).ShouldBe(0);
        var during = await SaidAsync("findable later");
        (await RowsAsync()).ShouldBe(0);

        (await searches.SwitchAsync(node.Tenant, true, [1], Ct))!.State.ShouldBe("filling");
        await DrainAsync();
        (await searches.FindAsync(node.Tenant, Ct)).State.ShouldBe("on");
        (await FindAsync("findable")).ShouldBe([during, before]);
    }

    [Fact]
    public async Task A_message_that_comes_while_the_one_before_is_read_stays_due()
    {
        var conversation = await SaidAsync("first");
        await node.SayAsync(conversation, "second");
        await HandleAsync(conversation);
        await node.SayAsync(conversation, "third");
        await HandleAsync(conversation);
        await HandleAsync(conversation);
        await DrainAsync();
        (await FindAsync("first second third")).ShouldBe([conversation]);
        ((long)(await database.AskAsync("select count(*) from conversations.word_work"))!).ShouldBe(0);
    }

    [Fact]
    public async Task No_word_and_more_than_eight_words_are_refused()
    {
        foreach (var query in new[] { "", " -- ", "a b c d e f g h i" })
        {
            (await Should.ThrowAsync<ConversationProblemException>(() => FindAsync(query))).Code.ShouldBe("conversation.query_invalid");
        }
    }

    [Fact]
    public async Task The_words_of_a_long_conversation_are_read_in_portions()
    {
        var conversation = await node.ConversationAsync();
        await database.AskAsync(
            $"""
            insert into conversations.messages (tenant_id, conversation_id, number, id, author, channel_id, text)
            select tenant_id, id, n, gen_random_uuid(), 0, channel_id, '\x00' from conversations.conversations, generate_series(2, 700) n where id = '{conversation}'
            """);
        var sealer = await database.Sealing.ForAsync(node.Tenant, Ct);
        foreach (var (id, number) in await IdsAsync(conversation))
        {
            await database.AskAsync(
                $"update conversations.messages set text = $1 where id = '{id}'", new Npgsql.NpgsqlParameter { Value = sealer.Seal(Fields.Text(id), $"word{number}") });
        }

        await WordAsync(conversation);
        (await FindAsync("word2 word400 word700")).ShouldBe([conversation]);
    }

    [Fact]
    public void A_message_gives_a_bounded_number_of_words()
        => MessageWords.Of(string.Join(' ', Enumerable.Range(0, 5000).Select(n => $"word{n}")), MessageWords.PerMessage).Count.ShouldBe(MessageWords.PerMessage);

    private async Task<List<(Guid Id, long Number)>> IdsAsync(Guid conversation)
    {
        var all = (string)(await database.AskAsync($"select string_agg(id || ' ' || number, ',') from conversations.messages where conversation_id = '{conversation}'"))!;
        return [.. all.Split(',').Select(pair => (Guid.Parse(pair.Split(' ')[0]), long.Parse(pair.Split(' ')[1])))];
    }

    private async Task<Guid> SaidAsync(params string[] texts)
    {
        var conversation = await node.ConversationAsync();
        foreach (var text in texts)
        {
            await node.SayAsync(conversation, text);
        }

        await WordAsync(conversation);
        return conversation;
    }

    private async Task WordAsync(Guid conversation)
    {
        await HandleAsync(conversation);
        await DrainAsync();
    }

    private Task HandleAsync(Guid conversation) => new WordSubscriber(database.Database).HandleAsync(
        node.Tenant, [new StoredEvent(1, EventNames.MessageReceived, conversation, DateTimeOffset.UnixEpoch, JsonElement.Parse("{}"))], Ct);

    private async Task DrainAsync()
    {
        while (await node.Get<WordWork>().StepAsync(Ct))
        {
        }
    }

    private async Task<List<Guid>> FindAsync(string query, Viewer? viewer = null)
        => [.. (await node.Inbox.ListAsync(viewer ?? node.Program, new ConversationFilter(Query: query), Ct)).Items.Select(view => view.Id)];

    private async Task<long> RowsAsync()
        => (long)(await database.AskAsync("select (select count(*) from conversations.message_words) + (select count(*) from conversations.worded) + (select count(*) from conversations.word_work)"))!;
}
