using Steward.Conversations.Nodes;
using Steward.Conversations.People;
using Steward.Platform.Postgres;
using Steward.Testing;

namespace Steward.Conversations.Tests.People;

public sealed class InboxTests(PostgresServer server)
{
    [Fact]
    public async Task The_assistant_is_silent_from_take_over_to_give_back_and_then_answers_what_nobody_has()
    {
        await using var database = await Node.DatabaseAsync(server);
        await using var node = await Node.StartAsync(database);
        var member = new Viewer(node.Tenant, Guid.CreateVersion7());
        var conversation = await node.ConversationAsync();
        await node.AskAsync(conversation, "one");
        await node.Inbox.TakeOverAsync(member, conversation, CancellationToken.None);

        var silent = await node.AskAsync(conversation, "two");
        silent!.Action.ShouldBe(TurnAction.Handoff);
        (await node.ViewAsync(conversation)).State.ShouldBe(ConversationState.Waiting);
        await node.Inbox.ReplyAsync(member, conversation, "A person", null, CancellationToken.None);
        (await node.ViewAsync(conversation)).State.ShouldBe(ConversationState.Open);
        await node.SayAsync(conversation, "three");
        await node.Inbox.GiveBackAsync(member, conversation, CancellationToken.None);

        await Node.UntilAsync(async () => (await node.MessagesAsync(conversation))[^1].Text == "re: three");
        (await node.MessagesAsync(conversation)).Select(message => message.Text).ShouldBe(["one", "re: one", "two", "A person", "three", "re: three"]);
    }

    [Fact]
    public async Task Those_who_wait_are_listed_longest_first_page_by_page()
    {
        await using var database = await Node.DatabaseAsync(server);
        await using var node = await Node.StartAsync(database, background: false);
        var made = new List<Guid>();
        for (var i = 0; i < 5; i++)
        {
            made.Add(await node.ConversationAsync());
        }

        Guid[] order = [made[3], made[0], made[4], made[1]];
        foreach (var conversation in order)
        {
            await node.Inbox.RequestPersonAsync(node.Tenant, conversation, "contact", CancellationToken.None);
        }

        var first = await node.Inbox.ListAsync(node.Program, new ConversationFilter(ConversationState.Waiting, Limit: 2), CancellationToken.None);
        var second = await node.Inbox.ListAsync(node.Program, new ConversationFilter(ConversationState.Waiting, Limit: 2, Cursor: first.Next), CancellationToken.None);
        first.Items.Concat(second.Items).Select(view => view.Id).ShouldBe(order);
        (await node.Inbox.ListAsync(node.Program, new ConversationFilter(ConversationState.Open), CancellationToken.None)).Items.Select(view => view.Id).ShouldBe([made[2]]);
    }

    [Fact]
    public async Task A_resolved_conversation_opens_again_for_the_assistant_with_the_contacts_next_message()
    {
        await using var database = await Node.DatabaseAsync(server);
        await using var node = await Node.StartAsync(database, background: false);
        var conversation = await node.ConversationAsync();
        await node.Inbox.TakeOverAsync(node.Program, conversation, CancellationToken.None);
        await node.Inbox.ResolveAsync(node.Program, conversation, CancellationToken.None);
        (await node.ViewAsync(conversation)).State.ShouldBe(ConversationState.Resolved);

        (await node.AskAsync(conversation, "Hello"))!.Text.ShouldBe("re: Hello");
        (await node.ViewAsync(conversation)).State.ShouldBe(ConversationState.Open);
    }

    [Fact]
    public async Task A_snoozed_conversation_comes_back_when_its_time_comes()
    {
        await using var database = await Node.DatabaseAsync(server);
        await using var node = await Node.StartAsync(database, background: false);
        var conversation = await node.ConversationAsync();
        await node.Inbox.TakeOverAsync(node.Program, conversation, CancellationToken.None);
        await node.Inbox.SnoozeAsync(node.Program, conversation, DateTimeOffset.UtcNow.AddHours(1), CancellationToken.None);
        var scan = node.Get<WorkScan>();

        await scan.WakeAsync(CancellationToken.None);
        (await node.ViewAsync(conversation)).State.ShouldBe(ConversationState.Snoozed);
        await database.AskAsync("update conversations.conversations set snoozed_until = clock_timestamp() - interval '1 second'");
        // As several nodes do that have seen it at the same moment.
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => node.Get<ConversationActs>().WakeAsync(new(node.Tenant, conversation), CancellationToken.None))));

        (await node.ViewAsync(conversation)).State.ShouldBe(ConversationState.Waiting);
        (await database.AskAsync("select count(*) from platform.events where name = 'conversation.handled' and body->>'act' = 'woken'")).ShouldBe(1L);
    }

    [Fact]
    public async Task A_conversation_of_one_owner_exists_for_nobody_else()
    {
        await using var database = await Node.DatabaseAsync(server);
        await using var node = await Node.StartAsync(database, background: false);
        var (owner, other) = (new Viewer(node.Tenant, Guid.CreateVersion7()), new Viewer(node.Tenant, Guid.CreateVersion7()));
        var conversation = await node.ConversationAsync();
        await node.AskAsync(conversation, "secret");
        await node.Inbox.EditAsync(owner, conversation, new ConversationEdit(Visibility: ConversationVisibility.Own), null, CancellationToken.None);
        await node.AskAsync(conversation, "more");

        (await node.Inbox.MessagesAsync(owner, conversation, 0, 10, CancellationToken.None)).Items.Count.ShouldBe(4);
        (await node.Inbox.FindAsync(other, conversation, CancellationToken.None)).ShouldBeNull();
        (await node.Inbox.FindAsync(node.Program, conversation, CancellationToken.None)).ShouldBeNull();
        (await Should.ThrowAsync<ConversationProblemException>(() => node.Inbox.TakeOverAsync(other, conversation, CancellationToken.None))).Code.ShouldBe("conversation.unknown");

        // The database itself, whatever a page asks.
        foreach (var (member, seen) in new[] { (owner.MemberId, 4L), (other.MemberId, 0L), (null, 0L) })
        {
            var session = database.Database.For(node.Tenant).As(member);
            var count = session.One("select count(*) from conversations.messages", row => row.GetInt64(0));
            await session.SendAsync(CancellationToken.None);
            count.Value.ShouldBe(seen);
        }
    }

    [Fact]
    public async Task An_edit_of_an_old_version_is_refused()
    {
        await using var database = await Node.DatabaseAsync(server);
        await using var node = await Node.StartAsync(database, background: false);
        var conversation = await node.ConversationAsync();
        var version = (await node.ViewAsync(conversation)).Version;
        var edited = await node.Inbox.EditAsync(
            node.Program, conversation, new ConversationEdit("Title", ["a", "b"], "order", "42"), [version], CancellationToken.None);
        (edited.Title, edited.RecordKind, edited.RecordId).ShouldBe(("Title", "order", "42"));
        edited.Tags.ShouldBe(["a", "b"]);

        (await Should.ThrowAsync<ConversationProblemException>(
            () => node.Inbox.EditAsync(node.Program, conversation, new ConversationEdit("Other"), [version], CancellationToken.None))).Code.ShouldBe("precondition.failed");
    }

    [Fact]
    public async Task Another_tenants_conversation_does_not_exist()
    {
        await using var database = await Node.DatabaseAsync(server);
        await using var node = await Node.StartAsync(database, background: false);
        var conversation = await node.ConversationAsync();
        var stranger = (await database.Tenants.CreateAsync("Other", CancellationToken.None)).Id;

        (await node.Inbox.FindAsync(new Viewer(stranger, null), conversation, CancellationToken.None)).ShouldBeNull();
        (await Should.ThrowAsync<ConversationProblemException>(
            () => node.Intake.ReceiveAsync(stranger, new IncomingMessage("Hi", conversation), CancellationToken.None))).Code.ShouldBe("conversation.unknown");
    }
}
