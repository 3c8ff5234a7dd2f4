using Microsoft.Extensions.DependencyInjection;
using Steward.Conversations.Erasing;
using Steward.Platform.Erasing;
using Steward.Platform.Postgres;
using Steward.Testing;

namespace Steward.Conversations.Tests.Erasing;

/// <summary>Nodes whose erasures run when a test says so, and what tests do with them.</summary>
internal static class Erasures
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<Node> StartAsync(
        TestDatabase database, TestAuthor? author = null, TestWakeups? wakeups = null, Action<IServiceCollection>? more = null) => await Node.StartAsync(
        database, author, wakeups, more: services =>
        {
            services.SettleErasures();
            more?.Invoke(services);
        });

    public static Task<ContactErasure> EraseAsync(Node node, Guid contact) => node.Get<ContactErasing>().AskAsync(node.Tenant, contact, Guid.NewGuid(), Ct);

    /// <summary>Both rounds; how many were needed.</summary>
    public static async Task<int> RunAsync(Node node)
    {
        var rounds = 0;
        while (await node.Get<IServiceProvider>().RunErasuresAsync() > 0)
        {
            rounds++;
        }

        return rounds;
    }

    public static async Task<(Guid Contact, Guid Conversation)> BeginAsync(Node node)
    {
        var begun = await node.Intake.StartAsync(node.Tenant, new StartConversation(null, null, new ContactDetails("Ada", "ada@example.com")), Ct);
        return (begun.ContactId, begun.Id);
    }

    public static async Task<Guid> HearAsync(Node node, Guid channel, string messageId) => (await node.Intake.ReceiveAsync(
        node.Tenant, new IncomingMessage("Hello", ChannelId: channel, Contact: new ContactDetails("Ada", Identity: "+45 1"), ProviderMessageId: messageId), Ct)).ConversationId;

    /// <summary>Rows of any table that name the conversation.</summary>
    public static async Task<long> RowsAsync(TestDatabase database, Guid conversation)
    {
        var sql = (string)(await database.AskAsync(
            """
            select string_agg(format('select count(*) as n from %I.%I where %I = $1', table_schema, table_name, column_name), ' union all ')
            from information_schema.columns where table_schema in ('conversations', 'platform') and data_type = 'uuid' and column_name in ('conversation_id', 'id', 'subject')
              and table_name in (select table_name from information_schema.tables where table_type = 'BASE TABLE')
            """))!;
        return (long)(await database.AskAsync($"select sum(n)::bigint from ({sql}) t", Sql.Uuid(conversation)))!;
    }
}
