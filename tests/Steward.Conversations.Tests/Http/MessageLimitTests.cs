using Microsoft.Extensions.DependencyInjection;
using Steward.Conversations.Intake;
using Steward.Platform.Limits;
using Steward.Testing;

namespace Steward.Conversations.Tests.Http;

public sealed class MessageLimitTests(PostgresServer server)
{
    private static readonly LimitValues Small = new(100, 10, 100, 10, 1000, 1, 0, 0, 0);

    [Fact]
    public async Task A_contact_that_reaches_two_nodes_gets_its_limit_once_and_what_is_refused_is_not_stored()
    {
        await using var database = await Node.DatabaseAsync(server);
        await using var one = await NodeAsync(database, Small);
        await using var other = await NodeAsync(database, Small);
        var conversation = await one.ConversationAsync();
        var contact = (await one.ViewAsync(conversation)).ContactId;
        var sender = new MessageSender(RateRules.Contact, contact.ToString());

        var refused = new List<ConversationProblemException>();
        for (var i = 0; i < 14; i++)
        {
            try
            {
                await SayAsync(i % 2 == 0 ? one : other, conversation, contact, sender);
            }
            catch (ConversationProblemException problem)
            {
                refused.Add(problem);
            }
        }

        refused.Count.ShouldBe(4);
        refused.ShouldAllBe(problem => problem.Code == "limit.rate" && problem.Status == 429 && problem.RetryAfter > TimeSpan.FromSeconds(30));
        (await one.MessagesAsync(conversation)).Count(message => message.Author == MessageAuthor.Contact).ShouldBe(10);
    }

    [Fact]
    public async Task A_message_that_is_sent_again_under_its_client_id_is_counted_once()
    {
        await using var database = await Node.DatabaseAsync(server);
        await using var node = await NodeAsync(database, Small with { ContactPerMinute = 2 });
        var conversation = await node.ConversationAsync();
        var contact = (await node.ViewAsync(conversation)).ContactId;
        var sender = new MessageSender(RateRules.Contact, contact.ToString());

        for (var i = 0; i < 5; i++)
        {
            (await SayAsync(node, conversation, contact, sender, "same")).Duplicate.ShouldBe(i > 0);
        }

        await SayAsync(node, conversation, contact, sender, "other");
        await Should.ThrowAsync<ConversationProblemException>(() => SayAsync(node, conversation, contact, sender, "third"));
    }

    [Fact]
    public async Task What_one_contact_is_refused_does_not_use_up_the_limit_of_its_tenant()
    {
        await using var database = await Node.DatabaseAsync(server);
        await using var node = await NodeAsync(database, Small with { ContactPerMinute = 2, TenantPerHour = 5 });
        var loud = await node.ConversationAsync();
        var quiet = await node.ConversationAsync();
        var (loudContact, quietContact) = ((await node.ViewAsync(loud)).ContactId, (await node.ViewAsync(quiet)).ContactId);

        for (var i = 0; i < 10; i++)
        {
            await TryAsync(node, loud, loudContact);
        }

        (await TryAsync(node, quiet, quietContact)).ShouldBeTrue();
        (await TryAsync(node, quiet, quietContact)).ShouldBeTrue();
        var third = await node.ConversationAsync();
        var thirdContact = (await node.ViewAsync(third)).ContactId;
        (await TryAsync(node, third, thirdContact)).ShouldBeTrue();
        (await TryAsync(node, third, thirdContact)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_program_without_a_limit_of_its_own_is_not_bound()
    {
        await using var database = await Node.DatabaseAsync(server);
        await using var node = await NodeAsync(database, Small with { ContactPerMinute = 1, TenantPerHour = 1 });
        var conversation = await node.ConversationAsync();
        for (var i = 0; i < 5; i++)
        {
            await node.SayAsync(conversation, "Hello");
        }
    }

    [Fact]
    public async Task Limits_add_no_round_trip_to_a_turn()
    {
        await using var database = await Node.DatabaseAsync(server);
        await using var node = await NodeAsync(database, Small, background: false);
        var conversation = await node.ConversationAsync();
        var contact = (await node.ViewAsync(conversation)).ContactId;
        await node.AskAsync(conversation, "warm");

        using var count = new RoundTrips();
        var said = await node.Get<ConversationIntake>().ReceiveAsync(
            node.Tenant, new IncomingMessage("Hello", conversation, Wait: true), contact, new MessageSender(RateRules.Contact, contact.ToString()), default);
        await node.Intake.WaitAsync(node.Tenant, conversation, said.Number, TimeSpan.FromSeconds(20), default);
        count.Total.ShouldBe(2);
    }

    private static Task<Node> NodeAsync(TestDatabase database, LimitValues limits, bool background = true)
        => Node.StartAsync(database, more: services => services.AddSingleton(limits), background: background);

    private static Task<ReceiveResult> SayAsync(Node node, Guid conversation, Guid contact, MessageSender sender, string? clientId = null)
        => node.Get<ConversationIntake>().ReceiveAsync(node.Tenant, new IncomingMessage("Hello", conversation, ClientId: clientId), contact, sender, default);

    private static async Task<bool> TryAsync(Node node, Guid conversation, Guid contact)
    {
        try
        {
            await SayAsync(node, conversation, contact, new MessageSender(RateRules.Contact, contact.ToString()));
            return true;
        }
        catch (ConversationProblemException refused) when (refused.Code == "limit.rate")
        {
            return false;
        }
    }
}
