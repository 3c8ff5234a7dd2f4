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
        await using var node = await Erasures.StartAsync(database);
        var (contact, conversation) = await Erasures.BeginAsync(node);
        await node.AskAsync(conversation, "My name is Ada");
        var (other, kept) = await Erasures.BeginAsync(node);
        await node.AskAsync(kept, "My name is Ben");

        var asked = await Erasures.EraseAsync(node, contact);
        asked.State.ShouldBe("working");
        (await Erasures.RunAsync(node)).ShouldBe(2);

        (await Erasures.RowsAsync(database, conversation)).ShouldBe(0);
        (await node.Get<IContacts>().FindAsync(node.Tenant, contact, Ct)).ShouldBeNull();
        var done = (await node.Get<IContactErasures>().FindAsync(node.Tenant, asked.Id, Ct))!;
        (done.State, done.ContactId, done.DoneAt is not null).ShouldBe(("done", contact, true));
        (await database.AskAsync("select cardinality(conversations) from platform.contact_erasures")).ShouldBe(0);
        (await node.MessagesAsync(kept)).Count.ShouldBe(2);
        (await node.Get<IContacts>().FindAsync(node.Tenant, other, Ct)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Asked_twice_it_is_one_erasure_and_an_unknown_contact_has_none()
    {
        await using var node = await Erasures.StartAsync(database);
        var (contact, _) = await Erasures.BeginAsync(node);
        var all = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Erasures.EraseAsync(node, contact)));
        all.Select(erasure => erasure.Id).Distinct().Count().ShouldBe(1);
        await Erasures.RunAsync(node);
        (await Erasures.EraseAsync(node, contact)).Id.ShouldBe(all[0].Id);

        var other = (await database.Tenants.CreateAsync("Other", Ct)).Id;
        (await Should.ThrowAsync<ConversationProblemException>(() => node.Get<ContactErasing>().AskAsync(other, contact, Guid.NewGuid(), Ct))).Code.ShouldBe("contact.unknown");
        (await Should.ThrowAsync<ConversationProblemException>(() => Erasures.EraseAsync(node, Guid.NewGuid()))).Code.ShouldBe("contact.unknown");
    }

    [Fact]
    public async Task A_run_that_was_cut_goes_on_where_it_was_and_what_is_written_late_goes_when_it_settles()
    {
        var room = new Room { FailsAfter = 1 };
        await using var node = await Erasures.StartAsync(database, more: services => services.AddSingleton<IEraser>(room));
        var contact = (await node.Get<IContacts>().EnsureAsync(node.Tenant, null, new ContactDetails("Ada"), Ct)).Id;
        var conversations = new List<Guid>();
        for (var i = 0; i < 201; i++)
        {
            conversations.Add((await node.Intake.StartAsync(node.Tenant, new StartConversation(null, contact), Ct)).Id);
        }

        await node.AskAsync(conversations[^1], "Hello");
        var erasure = await Erasures.EraseAsync(node, contact);
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
        (await Erasures.RowsAsync(database, conversations[0])).ShouldBe(0);
        (await node.Get<IContactErasures>().FindAsync(node.Tenant, erasure.Id, Ct))!.State.ShouldBe("done");
    }

    [Fact]
    public async Task Idle_conversations_go_as_those_of_an_erased_contact_do_and_busy_ones_stay()
    {
        await using var node = await Erasures.StartAsync(database);
        var (contact, idle) = await Erasures.BeginAsync(node);
        await node.AskAsync(idle, "Long ago");
        var busy = (await node.Intake.StartAsync(node.Tenant, new StartConversation(null, contact), Ct)).Id;
        await node.AskAsync(busy, "Just now");
        await database.AskAsync("update conversations.conversations set last_message_at = '2020-01-01T00:00:00Z' where id = $1", Sql.Uuid(idle));
        var conversations = node.Get<IEnumerable<IRetentionClass>>().Single(one => one.Bounds.Name == "conversations");

        (await conversations.SweepAsync(node.Tenant, DateTimeOffset.Parse("2019-12-31T23:59:59Z"), Ct)).ShouldBeFalse();
        (await node.MessagesAsync(idle)).Count.ShouldBe(2);
        (await conversations.SweepAsync(node.Tenant, DateTimeOffset.Parse("2020-01-01T00:00:01Z"), Ct)).ShouldBeFalse();
        await Erasures.RunAsync(node);

        (await Erasures.RowsAsync(database, idle)).ShouldBe(0);
        (await node.MessagesAsync(busy)).Count.ShouldBe(2);
        (await node.Get<IContacts>().FindAsync(node.Tenant, contact, Ct)).ShouldNotBeNull();
        (await database.AskAsync("select count(*) from platform.contact_erasures")).ShouldBe(0L);
    }

    [Fact]
    public async Task What_is_held_of_a_contact_goes_when_its_conversations_are_gone_for_long_and_not_before()
    {
        await using var node = await Erasures.StartAsync(database);
        var (left, idle) = await Erasures.BeginAsync(node);
        var (talks, _) = await Erasures.BeginAsync(node);
        var fresh = (await node.Get<IContacts>().EnsureAsync(node.Tenant, null, new ContactDetails("Eve"), Ct)).Id;
        var never = (await node.Get<IContacts>().EnsureAsync(node.Tenant, null, new ContactDetails("Joe"), Ct)).Id;
        await database.AskAsync("update conversations.contacts set created_at = '2019-01-01T00:00:00Z' where id <> $1", Sql.Uuid(fresh));
        await database.AskAsync("update conversations.conversations set last_message_at = '2020-01-01T00:00:00Z' where id = $1", Sql.Uuid(idle));
        var classes = node.Get<IEnumerable<IRetentionClass>>().ToDictionary(one => one.Bounds.Name);
        await classes["conversations"].SweepAsync(node.Tenant, DateTimeOffset.Parse("2020-01-02T00:00:00Z"), Ct);

        await classes["contact_details"].SweepAsync(node.Tenant, DateTimeOffset.Parse("2019-12-31T00:00:00Z"), Ct);
        (await NamesAsync(node, left, talks, fresh, never)).ShouldBe(["Ada", "Ada", "Eve", null]);
        await classes["contact_details"].SweepAsync(node.Tenant, DateTimeOffset.Parse("2020-01-02T00:00:00Z"), Ct);
        (await NamesAsync(node, left, talks, fresh, never)).ShouldBe([null, "Ada", "Eve", null]);
        (await node.Get<IContacts>().FindAsync(node.Tenant, left, Ct))!.Email.ShouldBeNull();
        (await classes["contact_details"].SweepAsync(node.Tenant, DateTimeOffset.Parse("2020-01-02T00:00:00Z"), Ct)).ShouldBeFalse();
    }

    private static async Task<List<string?>> NamesAsync(Node node, params Guid[] contacts)
    {
        var names = new List<string?>();
        foreach (var contact in contacts)
        {
            names.Add((await node.Get<IContacts>().FindAsync(node.Tenant, contact, Ct))!.Name);
        }

        return names;
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
