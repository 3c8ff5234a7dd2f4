using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Steward.Conversations;
using Steward.Platform.Files;

namespace Steward.Api.Tests.Privacy;

/// <summary>A customer of whom something is in every table that can hold something of a customer.</summary>
internal sealed class Person(Business business, Guid contact, Guid conversation, Guid second)
{
    public Guid Contact => contact;

    public Guid Conversation => conversation;

    public Guid Second => second;

    /// <summary>Whatever names the person: its own id, and those of all that was made for it.</summary>
    public IReadOnlyList<string> Names { get; private set; } = [];

    /// <summary>Lets a person write on a push channel and on the API, be answered, be handed over and be sent a file.</summary>
    public static async Task<Person> MeetAsync(ApiHost host, Business business, Guid channel, string secret, string name)
    {
        var conversation = await HearAsync(host, channel, secret, name, "How much does parking cost?");
        await business.PostAsync($"/api/conversations/{conversation}/take-over");
        await business.PostAsync($"/api/conversations/{conversation}/reply", new { text = $"It is free for you, {name}." });
        await business.PostAsync($"/api/conversations/{conversation}/give-back");
        await business.PostAsync($"/api/conversations/{conversation}/handoff", new { reason = "contact" });
        var contact = (await business.GetAsync($"/api/conversations/{conversation}")).GetProperty("contactId").GetGuid();

        var intake = host.Services.GetRequiredService<IConversationIntake>();
        var second = (await intake.StartAsync(business.Tenant, new StartConversation(null, contact), CancellationToken.None)).Id;
        await business.AskAsync(second, $"I am {name}. What does parking cost a day?");
        await StartWithKeyAsync(business, host, contact, second);
        var files = host.Services.GetRequiredService<IFiles>();
        foreach (var subject in (Guid[])[contact, conversation])
        {
            using var bytes = new MemoryStream(Encoding.UTF8.GetBytes($"What {name} sent to {subject}."));
            await files.AddAsync(business.Tenant, bytes, new NewFile("note.txt", FileRetention.Conversation, "attachment") { Subject = subject }, CancellationToken.None);
        }

        var person = new Person(business, contact, conversation, second);
        await person.AddWhatNoDoorMakesYetAsync(host);
        await person.SettleAsync(host);
        return person;
    }

    /// <summary>Rows of a table that name the person, as PostgreSQL writes them.</summary>
    public async Task<List<string>> RowsAsync(ApiHost host, string table)
    {
        var rows = await ApiHost.AskAsync(
            host.AdminConnection, $"select array_agg(t::text order by t::text) from {table} t where t.tenant_id = $1 and t::text ilike any ($2)",
            business.Tenant.Value, Names.SelectMany(Writings).Select(writing => $"%{writing}%").ToArray());
        return rows is string[] found ? [.. found] : [];
    }

    /// <summary>How a name can stand in a row: as text, as its 16 bytes, as the bytes of its text.</summary>
    private static IEnumerable<string> Writings(string name)
    {
        yield return name;
        yield return Convert.ToHexStringLower(Encoding.UTF8.GetBytes(name));
        if (Guid.TryParse(name, out var id))
        {
            yield return id.ToString("N");
            yield return Convert.ToHexStringLower(id.ToByteArray());
        }
    }

    private static async Task<Guid> HearAsync(ApiHost host, Guid channel, string secret, string name, string text)
    {
        var body = JsonSerializer.Serialize(new { messageId = Guid.NewGuid().ToString(), from = new { identity = $"+45-{name}", name, email = $"{name}@example.com" }, text });
        var at = DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{at}.{body}")));
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/hooks/callback/{channel}") { Content = new StringContent(body, new MediaTypeHeaderValue("application/json")) };
        request.Headers.Add("Steward-Signature", $"t={at},v1={signature}");
        using var client = Business.Client(host, null);
        using var answer = await client.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("conversationId").GetGuid();
    }

    /// <summary>A kept answer that names a conversation of the person.</summary>
    private static async Task StartWithKeyAsync(Business business, ApiHost host, Guid contact, Guid conversation)
    {
        var tokens = host.Services.GetRequiredService<Platform.Access.IVisitorTokens>();
        var channel = (await business.GetAsync($"/api/conversations/{conversation}")).GetProperty("channelId").GetGuid();
        using var visitor = Business.Client(host, tokens.Issue(business.Tenant, channel, contact).Value);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/conversations") { Content = JsonContent.Create(new { }) };
        request.Headers.Add("Idempotency-Key", contact.ToString());
        (await visitor.SendAsync(request)).EnsureSuccessStatusCode();
    }

    private async Task AddWhatNoDoorMakesYetAsync(ApiHost host)
    {
        var (tenant, admin) = (business.Tenant.Value, host.AdminConnection);
        await ApiHost.AskAsync(
            admin, "insert into conversations.tool_calls (tenant_id, conversation_id, id, turn_id, after_number, tool, arguments, repeat_safe) values ($1, $2, $3, $4, 0, 'test', '\\x00', true)",
            tenant, conversation, Guid.CreateVersion7(), Guid.CreateVersion7());
        await ApiHost.AskAsync(
            admin, "insert into conversations.live_snapshots (tenant_id, conversation_id, turn_id, epoch, text) values ($1, $2, $3, 1, '\\x00')", tenant, conversation, Guid.CreateVersion7());
        await ApiHost.AskAsync(
            admin, "update conversations.deliveries set provider_id = 'provider-' || id where tenant_id = $1 and conversation_id = $2", tenant, conversation);
        await ApiHost.AskAsync(
            admin,
            """
            insert into conversations.delivery_statuses (tenant_id, channel_id, provider_id, state, at)
            select tenant_id, channel_id, provider_id, 4, now() from conversations.deliveries where tenant_id = $1 and conversation_id = $2 and provider_id is not null limit 1
            """,
            tenant, conversation);
        await ApiHost.AskAsync(
            admin,
            """
            insert into models.shadow_pairs (tenant_id, id, at, conversation_id, contact_id, turn_id, intent, teacher, held_back, pair)
            values ($1, gen_random_uuid(), now(), $2, $3, gen_random_uuid(), 'none', 'test/large', false, '\x00')
            """,
            tenant, conversation, contact);
        await ApiHost.AskAsync(
            admin, "insert into models.reused_answers (tenant_id, id, at, model, in_flight, saved_usd) values ($1, gen_random_uuid(), now(), 'test/large', false, 0.01)", tenant);
        await ApiHost.AskAsync(
            admin, "insert into platform.rate_counts (tenant_id, rule, key, seconds, heads, uses) values ($1, 'contact', $2, '{3600}', '{1}', '{1}')", tenant, contact.ToString());
    }

    /// <summary>Waits until nothing of the person is under way any more, then reads what names it.</summary>
    private async Task SettleAsync(ApiHost host)
    {
        const string done = """
            select not exists (select from platform.events e join platform.subscribers s on s.tx <= e.tx where e.tenant_id = $1) and not exists (select from conversations.work where tenant_id = $1) and not exists (select from conversations.word_work where tenant_id = $1)
              and not exists (select from conversations.deliveries where tenant_id = $1 and state <= 2) and not exists (select from models.spend where tenant_id = $1 and state = 'open')
              and exists (select from conversations.message_words where tenant_id = $1 and conversation_id = $2)
              and exists (select from platform.notices where tenant_id = $1 and subject = $3 and planned)
            """;
        await Testing.Eventually.TrueAsync(async () => (bool)(await ApiHost.AskAsync(host.AdminConnection, done, business.Tenant.Value, second, conversation))!);
        var ids = (Guid[])(await ApiHost.AskAsync(
            host.AdminConnection,
            """
            select array_agg(distinct n.id) from (
              select id, tenant_id, id as conversation_id from conversations.conversations where contact_id = $2
              union all select id, tenant_id, conversation_id from conversations.messages
              union all select turn_id, tenant_id, conversation_id from conversations.turns
              union all select id, tenant_id, conversation_id from conversations.deliveries
              union all select id, tenant_id, conversation_id from conversations.tool_calls
              union all select file_id, tenant_id, subject from platform.files
              union all select blob_id, tenant_id, subject from platform.files) n
            where n.tenant_id = $1 and n.conversation_id in (select $2 union all select id from conversations.conversations where contact_id = $2)
            """,
            business.Tenant.Value, contact))!;
        Names = [contact.ToString(), .. ids.Select(id => id.ToString())];
    }
}
