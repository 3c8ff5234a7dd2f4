using System.Text.Json;
using Npgsql;
using Steward.Conversations.People;
using Steward.Conversations.Turns;
using Steward.Platform.Postgres;
using Steward.Platform.Sealing;
using Steward.Platform.Tenancy;

namespace Steward.Conversations.Exporting;

internal sealed record ExportedIdentity(Guid ChannelId, string Identity, DateTimeOffset CreatedAt);

internal sealed record ExportedToolCall(Guid Id, Guid TurnId, string Tool, JsonElement Arguments, JsonElement? Result, DateTimeOffset CreatedAt, DateTimeOffset? CompletedAt);

internal sealed record ExportedDelivery(Guid Id, long MessageNumber, string Kind, string State, int Attempts, string? Code, DateTimeOffset CreatedAt, DateTimeOffset ChangedAt);

/// <summary>Reads what only exports show, a portion at a time. Sees what is visible to nobody but its owner, too.</summary>
internal sealed class ExportRows(Database database, ISealing sealing)
{
    public const int Portion = 200;

    public async Task<List<ExportedIdentity>> IdentitiesAsync(TenantId tenant, Guid contact, CancellationToken ct)
    {
        var sealer = await sealing.ForAsync(tenant, ct);
        return await ReadAsync(
            tenant, "select channel_id, identity, created_at from conversations.contact_identities where contact_id = $1 order by created_at, channel_id",
            row => new ExportedIdentity(row.GetGuid(0), sealer.Open(Fields.Identity(contact), row.GetFieldValue<byte[]>(1)), row.Time(2)), ct, Sql.Uuid(contact));
    }

    /// <summary>Conversations that began in a time, oldest first.</summary>
    public async Task<List<ConversationView>> ConversationsAsync(TenantId tenant, DateTimeOffset from, DateTimeOffset to, Guid after, CancellationToken ct)
    {
        var sealer = await sealing.ForAsync(tenant, ct);
        return await ReadAsync(
            tenant, ConversationReader.Columns + " c.created_at >= $1 and c.created_at < $2 and c.id > $3 order by c.id limit $4",
            row => ConversationReader.Read(row, sealer), ct, Sql.Time(from), Sql.Time(to), Sql.Uuid(after), Sql.Int(Portion));
    }

    public async Task<List<ExportedToolCall>> ToolCallsAsync(TenantId tenant, Guid conversation, Guid after, CancellationToken ct)
    {
        var sealer = await sealing.ForAsync(tenant, ct);
        return await ReadAsync(
            tenant,
            """
            select id, turn_id, tool, arguments, result, created_at, completed_at from conversations.tool_calls
            where conversation_id = $1 and id > $2 order by id limit $3
            """,
            row =>
            {
                var id = row.GetGuid(0);
                return new ExportedToolCall(
                    id, row.GetGuid(1), row.GetString(2), JsonElement.Parse(sealer.Open(Fields.Arguments(id), row.GetFieldValue<byte[]>(3))),
                    sealer.OpenOrNull(Fields.Result(id), row.BytesOrNull(4)) is { } result ? JsonElement.Parse(result) : null, row.Time(5), row.TimeOrNull(6));
            },
            ct, Sql.Uuid(conversation), Sql.Uuid(after), Sql.Int(Portion));
    }

    public Task<List<ExportedDelivery>> DeliveriesAsync(TenantId tenant, Guid conversation, Guid after, CancellationToken ct) => ReadAsync(
        tenant,
        """
        select id, message_number, kind, state, attempts, code, created_at, changed_at from conversations.deliveries
        where conversation_id = $1 and id > $2 order by id limit $3
        """,
        static row => new ExportedDelivery(
            row.GetGuid(0), row.GetInt64(1), row.GetString(2), Names.Of((DeliveryState)row.GetInt32(3)), row.GetInt32(4), row.TextOrNull(5), row.Time(6), row.Time(7)),
        ct, Sql.Uuid(conversation), Sql.Uuid(after), Sql.Int(Portion));

    private async Task<List<T>> ReadAsync<T>(TenantId tenant, string sql, Func<NpgsqlDataReader, T> map, CancellationToken ct, params NpgsqlParameter[] parameters)
    {
        var session = database.For(tenant);
        session.One("select set_config('steward.member', 'machine', true)", static _ => 0);
        var rows = session.Many(sql, map, parameters);
        await session.SendAsync(ct);
        return rows.Value;
    }
}
