using Steward.Testing;

namespace Steward.Conversations.Tests.Turns;

public sealed class AnsweringTests(PostgresServer server)
{
    [Fact]
    public async Task A_message_is_answered_and_both_are_stored_in_order()
    {
        await using var database = await Node.DatabaseAsync(server);
        await using var node = await Node.StartAsync(database);
        var conversation = await node.ConversationAsync(contact: new ContactDetails("Ada", "ada@example.com"));

        var reply = await node.AskAsync(conversation, "Hello");
        var second = await node.AskAsync(conversation, "And now?");

        reply!.Text.ShouldBe("re: Hello");
        second!.Text.ShouldBe("re: And now?");
        var messages = await node.MessagesAsync(conversation);
        messages.Select(message => (message.Number, message.Author, message.Text)).ShouldBe(
        [
            (1, MessageAuthor.Contact, "Hello"), (2, MessageAuthor.Assistant, "re: Hello"),
            (3, MessageAuthor.Contact, "And now?"), (4, MessageAuthor.Assistant, "re: And now?"),
        ]);
        var brief = node.Author.Briefs.Last();
        brief.History.Select(message => message.Text).ShouldBe(["Hello", "re: Hello"]);
        brief.Unanswered.Select(message => message.Text).ShouldBe(["And now?"]);
        brief.Contact.Name.ShouldBe("Ada");
        brief.Contact.Email.ShouldBe("ada@example.com");
        brief.Contact.Known.ShouldBeFalse();
    }

    [Fact]
    public async Task A_message_that_comes_again_under_its_client_id_changes_nothing()
    {
        await using var database = await Node.DatabaseAsync(server);
        await using var node = await Node.StartAsync(database);
        var conversation = await node.ConversationAsync();

        var first = await node.SayAsync(conversation, "Hello", wait: true, clientId: "a");
        await node.Intake.WaitAsync(node.Tenant, conversation, first.Number, TimeSpan.FromSeconds(10), CancellationToken.None);
        var again = await node.SayAsync(conversation, "Hello", wait: true, clientId: "a");

        again.Duplicate.ShouldBeTrue();
        again.MessageId.ShouldBe(first.MessageId);
        var reply = await node.Intake.WaitAsync(node.Tenant, conversation, again.Number, TimeSpan.FromSeconds(10), CancellationToken.None);
        reply!.Text.ShouldBe("re: Hello");
        (await node.MessagesAsync(conversation)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_client_id_may_be_used_again_after_a_day()
    {
        await using var database = await Node.DatabaseAsync(server);
        await using var node = await Node.StartAsync(database);
        var conversation = await node.ConversationAsync();
        await node.SayAsync(conversation, "Hello", wait: true, clientId: "a");
        await database.AskAsync("update conversations.messages set created_at = created_at - interval '25 hours'");

        (await node.SayAsync(conversation, "Hello again", wait: true, clientId: "a")).Duplicate.ShouldBeFalse();
    }

    [Fact]
    public async Task The_same_webhook_delivered_eight_times_at_once_is_one_message_and_one_reply()
    {
        await using var database = await Node.DatabaseAsync(server);
        await using var node = await Node.StartAsync(database, more: services => services.AddCarrier(new TestCarrier()));
        var channel = await node.Get<IChannelDirectory>().CreateAsync(node.Tenant, new NewChannel("test", "Push"), CancellationToken.None);
        var message = new IncomingMessage("Hi", ChannelId: channel.Id, Contact: new ContactDetails(Identity: "+49 1"), ProviderMessageId: "wamid.1", MustStore: true);

        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => node.Intake.ReceiveAsync(node.Tenant, message, CancellationToken.None))));

        results.Select(result => result.MessageId).Distinct().Count().ShouldBe(1);
        results.Count(result => !result.Duplicate).ShouldBe(1);
        var conversation = results[0].ConversationId;
        await Node.UntilAsync(async () => (await node.MessagesAsync(conversation)).Count == 2);
        (await node.MessagesAsync(conversation)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Messages_of_one_quiet_window_are_one_turn()
    {
        await using var database = await Node.DatabaseAsync(server);
        await using var node = await Node.StartAsync(database);
        var conversation = await node.ConversationAsync();

        await node.SayAsync(conversation, "one");
        await node.SayAsync(conversation, "two");
        var last = await node.SayAsync(conversation, "three");
        var reply = await node.Intake.WaitAsync(node.Tenant, conversation, last.Number, TimeSpan.FromSeconds(20), CancellationToken.None);

        reply!.Text.ShouldBe("re: one + two + three");
        node.Author.Briefs.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_message_supersedes_twice_and_the_third_belongs_to_the_next_turn()
    {
        await using var database = await Node.DatabaseAsync(server);
        var finish = new TaskCompletionSource();
        var author = TestAuthor.HeldUntil(finish.Task);
        await using var node = await Node.StartAsync(database, author);
        var conversation = await node.ConversationAsync();

        var waits = new List<Task<ReplyView?>>();
        for (var i = 1; i <= 4; i++)
        {
            waits.Add(node.AskAsync(conversation, $"m{i}"));
            var stored = i;
            await Node.UntilAsync(async () => (await node.MessagesAsync(conversation)).Count == stored);
            await Node.UntilAsync(() => Task.FromResult(author.Briefs.Count >= Math.Min(stored, 3)));
        }

        finish.SetResult();
        var replies = await Task.WhenAll(waits);

        replies.Select(reply => reply!.Text).ShouldBe(["re: m1 + m2 + m3", "re: m1 + m2 + m3", "re: m1 + m2 + m3", "re: m4"]);
        (await node.MessagesAsync(conversation)).Count(message => message.Author == MessageAuthor.Assistant).ShouldBe(2);
        (await database.AskAsync("select count(*) from conversations.turns where state = 1")).ShouldBe(2L);
    }

    [Fact]
    public async Task A_turn_that_the_contact_has_waited_long_for_is_not_superseded()
    {
        await using var database = await Node.DatabaseAsync(server);
        var finish = new TaskCompletionSource();
        var author = TestAuthor.HeldUntil(finish.Task);
        await using var node = await Node.StartAsync(database, author);
        var conversation = await node.ConversationAsync();
        var first = node.AskAsync(conversation, "m1");
        await Node.UntilAsync(() => Task.FromResult(author.Briefs.Count == 1));
        await database.AskAsync("update conversations.conversations set first_unanswered_at = first_unanswered_at - interval '21 seconds'");

        var second = node.AskAsync(conversation, "m2");
        await Node.UntilAsync(async () => (await node.MessagesAsync(conversation)).Count == 2);
        finish.SetResult();

        (await first)!.Text.ShouldBe("re: m1");
        (await second)!.Text.ShouldBe("re: m2");
    }

    [Fact]
    public async Task A_turn_without_tools_takes_two_round_trips_and_three_after_a_quiet_window()
    {
        await using var database = await Node.DatabaseAsync(server);
        await using var node = await Node.StartAsync(database, background: false);
        var conversation = await node.ConversationAsync();
        await node.AskAsync(conversation, "warm");

        using (var count = new RoundTrips())
        {
            await node.AskAsync(conversation, "Hello");
            count.Total.ShouldBe(2);
        }

        using (var count = new RoundTrips())
        {
            var said = await node.SayAsync(conversation, "Hello");
            await Node.UntilAsync(() => Task.FromResult(node.Author.Briefs.Count == 3));
            await Node.UntilAsync(() => Task.FromResult(count.Total >= 3));
            await Task.Delay(50);
            count.Total.ShouldBe(3);
            said.Duplicate.ShouldBeFalse();
        }
    }
}
