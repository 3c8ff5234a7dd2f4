using Steward.Conversations.Delivery;
using Steward.Testing;

namespace Steward.Conversations.Tests.Delivery;

public sealed class DeliveryTests(PostgresServer server)
{
    private static readonly ContactDetails Ada = new("Ada", Identity: "+49 1");

    [Fact]
    public async Task Replies_leave_in_order_once_and_to_the_contacts_own_address()
    {
        await using var set = await SetAsync();
        var conversation = await set.SayAsync("one");
        await set.SayAsync("two");

        await set.Node.DeliverAsync();

        set.Carrier.Sent.Select(message => message.Message.Text).ShouldBe(["re: one", "re: two"]);
        set.Carrier.Sent.ShouldAllBe(message => message.Identity == "+49 1" && message.ConversationId == conversation && message.Attempt == 1 && !message.MayBeRepeat);
        (await set.StatesAsync()).ShouldBe("sent,sent");
        await set.Node.DeliverAsync();
        set.Carrier.Sent.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_transient_refusal_holds_the_next_message_until_it_was_tried_again()
    {
        await using var set = await SetAsync();
        set.Carrier.Send = message => message.Attempt == 1 && message.Message.Text == "re: one"
            ? new CarrierOutcome.Refused("busy", Permanent: false)
            : new CarrierOutcome.Accepted("p" + message.Message.Number);
        await set.SayAsync("one");
        await set.SayAsync("two");

        await set.Node.DeliverAsync();
        set.Carrier.Sent.Count.ShouldBe(1);
        await set.DueNowAsync();
        await set.Node.DeliverAsync();

        set.Carrier.Sent.Select(message => message.Message.Text).ShouldBe(["re: one", "re: one", "re: two"]);
        (await set.StatesAsync()).ShouldBe("sent,sent");
    }

    [Fact]
    public async Task An_unknown_outcome_is_asked_about_and_a_repeat_is_marked()
    {
        await using var set = await SetAsync();
        set.Carrier.Send = message => message.Attempt == 1 ? throw new HttpRequestException("cut") : new CarrierOutcome.Accepted("p2");
        await set.SayAsync("one");

        await set.Node.DeliverAsync();
        (await set.StatesAsync()).ShouldBe("unknown");
        await set.Node.DeliverAsync();
        set.Carrier.Sent.Count.ShouldBe(1, "the provider has not had its time");
        await set.DueNowAsync();
        await set.Node.DeliverAsync();

        set.Carrier.Asked.Count.ShouldBe(1);
        set.Carrier.Sent.Select(message => message.MayBeRepeat).ShouldBe([false, true]);
        (await set.StatesAsync()).ShouldBe("sent");
        (await set.Node.Database.AskAsync("select bool_and(maybe_repeated) from conversations.deliveries")).ShouldBe(true);
    }

    [Fact]
    public async Task An_unknown_outcome_that_the_provider_names_is_not_repeated()
    {
        await using var set = await SetAsync();
        set.Carrier.Send = _ => new CarrierOutcome.Unknown("timeout");
        set.Carrier.Query = _ => new CarrierStatus.Taken("p1");
        await set.SayAsync("one");
        await set.Node.DeliverAsync();
        await set.DueNowAsync();

        await set.Node.DeliverAsync();

        set.Carrier.Sent.Count.ShouldBe(1);
        (await set.StatesAsync()).ShouldBe("sent");
    }

    [Fact]
    public async Task A_contact_that_may_not_be_written_to_gets_nothing_until_it_may()
    {
        await using var set = await SetAsync();
        var contacts = set.Node.Get<IContacts>();
        var conversation = await set.SayAsync("one");
        var contact = (await set.Node.ViewAsync(conversation)).ContactId;
        (await contacts.EditAsync(set.Node.Tenant, contact, new ContactDetails(), null, CancellationToken.None, mayWrite: false)).MayWrite.ShouldBeFalse();

        await set.Node.DeliverAsync();
        set.Carrier.Sent.ShouldBeEmpty();
        (await set.StatesAsync()).ShouldBe("withheld");

        (await contacts.EditAsync(set.Node.Tenant, contact, new ContactDetails("Ada B"), null, CancellationToken.None)).MayWrite.ShouldBeFalse();
        (await contacts.EditAsync(set.Node.Tenant, contact, new ContactDetails(), null, CancellationToken.None, mayWrite: true)).MayWrite.ShouldBeTrue();
        await set.SayAsync("two");
        await set.Node.DeliverAsync();
        set.Carrier.Sent.Single().Message.Text.ShouldBe("re: two");
    }

    [Fact]
    public async Task What_the_assistant_said_before_a_person_took_over_and_was_not_sent_is_withheld_and_can_be_sent_by_a_person()
    {
        await using var set = await SetAsync();
        var conversation = await set.SayAsync("one");
        await set.Node.Inbox.TakeOverAsync(set.Node.Program, conversation, CancellationToken.None);

        await set.Node.DeliverAsync();

        set.Carrier.Sent.ShouldBeEmpty();
        (await set.StatesAsync()).ShouldBe("withheld");
        var desk = set.Node.Get<DeliveryDesk>();
        var withheld = (await desk.DeadAsync(set.Node.Program, 10, CancellationToken.None)).Deliveries.Single();
        withheld.Code.ShouldBe("delivery.taken_over");
        await desk.ResendAsync(set.Node.Program, conversation, withheld.Id, CancellationToken.None);
        await set.Node.DeliverAsync();
        set.Carrier.Sent.Single().Message.Text.ShouldBe("re: one");
        (await Should.ThrowAsync<ConversationProblemException>(() => desk.ResendAsync(set.Node.Program, conversation, withheld.Id, CancellationToken.None))).Code
            .ShouldBe("delivery.not_resendable");
    }

    [Fact]
    public async Task A_person_s_own_words_are_delivered()
    {
        await using var set = await SetAsync();
        var conversation = await set.SayAsync("one");
        await set.Node.DeliverAsync();
        await set.Node.Inbox.ReplyAsync(new Viewer(set.Node.Tenant, Guid.CreateVersion7()), conversation, "I am a person", null, CancellationToken.None);

        await set.Node.DeliverAsync();

        set.Carrier.Sent.Last().Message.Text.ShouldBe("I am a person");
    }

    [Fact]
    public async Task What_is_refused_for_good_or_too_often_has_failed_and_does_not_hold_the_next()
    {
        await using var set = await SetAsync();
        set.Carrier.Send = message => message.Message.Text == "re: one" ? new CarrierOutcome.Refused("no.such.number", Permanent: true)
            : message.Message.Text == "re: two" ? new CarrierOutcome.Refused("busy", Permanent: false)
            : new CarrierOutcome.Accepted("p3");
        await set.SayAsync("one");
        await set.SayAsync("two");
        await set.SayAsync("three");

        for (var attempt = 0; attempt < 6; attempt++)
        {
            await set.Node.DeliverAsync();
            await set.DueNowAsync();
        }

        (await set.StatesAsync()).ShouldBe("failed,failed,sent");
        set.Carrier.Sent.Count(message => message.Message.Text == "re: two").ShouldBe(5);
    }

    [Fact]
    public async Task A_node_that_died_while_sending_leaves_an_unknown_outcome()
    {
        await using var set = await SetAsync();
        await set.SayAsync("one");
        await set.Node.Database.AskAsync("update conversations.deliveries set state = 1, attempts = 1, node = gen_random_uuid(), next_at = clock_timestamp()");

        await set.Node.DeliverAsync();
        (await set.StatesAsync()).ShouldBe("unknown");
        set.Carrier.Sent.ShouldBeEmpty();
        await set.DueNowAsync();
        await set.Node.DeliverAsync();

        set.Carrier.Sent.Single().MayBeRepeat.ShouldBeTrue();
    }

    [Fact]
    public async Task An_attempt_that_its_own_living_node_lost_sight_of_does_not_hold_the_conversation_for_ever()
    {
        await using var set = await SetAsync();
        await set.SayAsync("one");
        await set.Node.Database.AskAsync($"update conversations.deliveries set state = 1, attempts = 1, node = '{set.Node.Incarnation}', next_at = clock_timestamp()");

        await set.Node.DeliverAsync();

        (await set.StatesAsync()).ShouldBe("unknown");
        set.Carrier.Sent.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_a_carrier_said_while_the_database_was_away_is_stored_when_it_is_back()
    {
        await using var set = await SetAsync();
        set.Carrier.Send = message =>
        {
            set.Node.Database.AskAsync(
                "select count(pg_terminate_backend(pid)) from pg_stat_activity where usename = 'steward_app' and datname = current_database()").GetAwaiter().GetResult();
            return new CarrierOutcome.Accepted("p1");
        };
        await set.SayAsync("one");

        await set.Node.DeliverAsync();

        (await set.StatesAsync()).ShouldBe("sent");
        set.Carrier.Sent.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_status_for_an_id_that_is_not_known_yet_is_kept_and_statuses_only_move_forward()
    {
        await using var set = await SetAsync();
        var statuses = set.Node.Get<IDeliveryStatuses>();
        set.Carrier.Send = _ => new CarrierOutcome.Accepted("p1");
        await set.SayAsync("one");
        await statuses.ReportAsync(set.Node.Tenant, set.Channel, [new("p1", DeliveryState.Read, null, DateTimeOffset.UtcNow)], CancellationToken.None);

        await set.Node.DeliverAsync();
        (await set.StatesAsync()).ShouldBe("read");
        await statuses.ReportAsync(
            set.Node.Tenant, set.Channel,
            [new("p1", DeliveryState.Delivered, null, DateTimeOffset.UtcNow), new("p1", DeliveryState.Failed, "late", DateTimeOffset.UtcNow)], CancellationToken.None);

        (await set.StatesAsync()).ShouldBe("read");
        (await set.Node.Database.AskAsync("select count(*) from conversations.delivery_statuses")).ShouldBe(0L);
    }

    [Theory]
    [InlineData(DeliveryState.Sent, DeliveryState.Failed, DeliveryState.Failed)]
    [InlineData(DeliveryState.Failed, DeliveryState.Delivered, DeliveryState.Delivered)]
    [InlineData(DeliveryState.Delivered, DeliveryState.Failed, DeliveryState.Delivered)]
    [InlineData(DeliveryState.Read, DeliveryState.Sent, DeliveryState.Read)]
    [InlineData(DeliveryState.Unknown, DeliveryState.Sent, DeliveryState.Sent)]
    public async Task The_database_and_the_rules_move_a_delivery_alike(DeliveryState now, DeliveryState word, DeliveryState then)
    {
        DeliveryRules.Told(now, word).ShouldBe(then);
        await using var set = await SetAsync();
        await set.SayAsync("one");
        await set.Node.Database.AskAsync($"update conversations.deliveries set state = {(int)now}, provider_id = 'p1', next_at = 'infinity'");

        await set.Node.Get<IDeliveryStatuses>().ReportAsync(set.Node.Tenant, set.Channel, [new("p1", word, null, DateTimeOffset.UtcNow)], CancellationToken.None);

        (await set.StatesAsync()).ShouldBe(Names.Of(then));
    }

    private async Task<Set> SetAsync()
    {
        var database = await Node.DatabaseAsync(server);
        var carrier = new TestCarrier();
        var node = await Node.StartAsync(database, more: services => services.AddCarrier(carrier), background: false);
        var channel = await node.Get<IChannelDirectory>().CreateAsync(node.Tenant, new NewChannel("test", "Push"), CancellationToken.None);
        return new Set(database, node, carrier, channel.Id);
    }

    private sealed class Set(TestDatabase database, Node node, TestCarrier carrier, Guid channel) : IAsyncDisposable
    {
        public Node Node => node;

        public TestCarrier Carrier => carrier;

        public Guid Channel => channel;

        public async Task<Guid> SayAsync(string text)
        {
            var said = await node.Intake.ReceiveAsync(
                node.Tenant, new IncomingMessage(text, ChannelId: channel, Contact: Ada, ProviderMessageId: text, Wait: true), CancellationToken.None);
            (await node.Intake.WaitAsync(node.Tenant, said.ConversationId, said.Number, TimeSpan.FromSeconds(20), CancellationToken.None)).ShouldNotBeNull();
            return said.ConversationId;
        }

        public async Task DueNowAsync() => await database.AskAsync("update conversations.deliveries set next_at = clock_timestamp() where state <= 2");

        public async Task<string> StatesAsync()
        {
            var states = (string)(await database.AskAsync("select string_agg(state::text, ',' order by message_number, id) from conversations.deliveries"))!;
            return string.Join(',', states.Split(',').Select(state => Names.Of((DeliveryState)int.Parse(state))));
        }

        public async ValueTask DisposeAsync()
        {
            await node.DisposeAsync();
            await database.DisposeAsync();
        }
    }
}
