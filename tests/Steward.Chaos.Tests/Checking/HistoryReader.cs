using System.Text.Json;
using Npgsql;
using Steward.Chaos.Tests.Traffic;
using Steward.Simulators;

namespace Steward.Chaos.Tests.Checking;

/// <summary>Reads what a storm has left: the rows as the superuser, the texts by the API.</summary>
internal static class HistoryReader
{
    private const string Stirring =
        """
        select (select count(*) from conversations.work) + (select count(*) from conversations.deliveries where state <= 2)
          + (select count(*) from conversations.conversations where last_contact_number > answered_number and not held)
        """;

    /// <summary>How much is still unanswered or under way.</summary>
    public static async Task<long> StirringAsync(NpgsqlConnection database) => (await RowsAsync(database, Stirring, row => row.GetInt64(0)))[0];

    public static async Task<History> ReadAsync(NpgsqlConnection database, ApiClient api, Receivers receivers, Ledger ledger)
    {
        var conversations = await RowsAsync(
            database,
            "select id, held, held and state = 1, answered_number, last_contact_number, last_number, channel_kind = 'callback' from conversations.conversations",
            row => new StoredConversation(row.GetGuid(0), row.GetBoolean(1), row.GetBoolean(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5), row.GetBoolean(6)));
        var texts = new Dictionary<Guid, string>();
        foreach (var conversation in conversations)
        {
            foreach (var message in await api.MessagesAsync(conversation.Id))
            {
                texts[message.GetProperty("id").GetGuid()] = message.GetProperty("text").GetString()!;
            }
        }

        return new History
        {
            Acknowledged = [.. ledger.Acknowledged],
            Kills = [.. ledger.Kills],
            Silences = [.. ledger.Silences],
            Conversations = conversations,
            Messages = await RowsAsync(
                database,
                "select conversation_id, number, id, author, turn_id, answers_to from conversations.messages",
                row => new StoredMessage(
                    row.GetGuid(0), row.GetInt64(1), row.GetGuid(2), (Author)row.GetInt16(3), texts.GetValueOrDefault(row.GetGuid(2)),
                    row.IsDBNull(4) ? null : row.GetGuid(4), row.IsDBNull(5) ? null : row.GetInt64(5))),
            Deliveries = await RowsAsync(
                database,
                "select id, conversation_id, message_number, state, maybe_repeated from conversations.deliveries",
                row => new StoredDelivery(row.GetGuid(0), row.GetGuid(1), row.GetInt64(2), row.GetInt16(3), row.GetBoolean(4))),
            Arrivals = receivers.Arrivals,
        };
    }

    /// <summary>The durability settings of the server, for whoever reads the figures.</summary>
    public static async Task<string> DurabilityAsync(NpgsqlConnection database)
    {
        var settings = await RowsAsync(
            database,
            "select name, setting from pg_settings where name in ('server_version', 'fsync', 'full_page_writes', 'synchronous_commit') order by name",
            row => $"{row.GetString(0)}={row.GetString(1)}");
        return string.Join(", ", settings);
    }

    public static async Task<List<T>> RowsAsync<T>(NpgsqlConnection database, string sql, Func<NpgsqlDataReader, T> read)
    {
        await using var command = new NpgsqlCommand(sql, database);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>What the receiving servers saw, as the checker reads it.</summary>
    public static Arrival Read(CallbackDelivery delivery, Told told)
    {
        using var body = JsonDocument.Parse(delivery.BodyBytes);
        return new Arrival(
            body.RootElement.GetProperty("deliveryId").GetGuid(), body.RootElement.GetProperty("conversationId").GetGuid(),
            body.RootElement.GetProperty("message").GetProperty("number").GetInt64(), delivery.At, told,
            body.RootElement.GetProperty("mayBeRepeat").GetBoolean());
    }
}
