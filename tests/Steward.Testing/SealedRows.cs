using Npgsql;
using NpgsqlTypes;
using Steward.Platform.Postgres;
using Steward.Platform.Sealing;
using Steward.Platform.Tenancy;

namespace Steward.Testing;

/// <summary>What opening all messages of a tenant came to.</summary>
/// <param name="Opened">Messages that opened.</param>
/// <param name="Broken">Messages that did not.</param>
/// <param name="ByKey">How many each key number sealed.</param>
public sealed record SealedCount(long Opened, long Broken, IReadOnlyDictionary<int, long> ByKey);

/// <summary>Messages of a tenant past the program: many sealed ones stored at once, and all of them opened again.</summary>
public sealed class SealedRows : IAsyncDisposable
{
    private readonly NpgsqlDataSource source;
    private readonly ISealing sealing;
    private readonly TenantId tenant;

    private SealedRows(NpgsqlDataSource source, MasterKeys masters, TenantId tenant)
        => (this.source, sealing, this.tenant) = (source, new TenantSealing(new Database(source), masters), tenant);

    /// <param name="admin">The superuser's connection.</param>
    /// <param name="masterKey">32 bytes in base64.</param>
    /// <param name="tenant">Whose messages.</param>
    public static SealedRows Open(string admin, string masterKey, Guid tenant) => new(
        NpgsqlDataSource.Create(admin), new MasterKeys([new MasterKey(Convert.FromBase64String(masterKey.Trim()))]), new TenantId(tenant));

    /// <summary>Fills a conversation without messages with messages of a contact, all answered.</summary>
    public async Task SeedAsync(Guid conversation, int rows, CancellationToken ct)
    {
        var sealer = await sealing.ForAsync(tenant, ct);
        await using var connection = await source.OpenConnectionAsync(ct);
        var channel = (Guid)(await ScalarAsync(connection, "select channel_id from conversations.conversations where tenant_id = $1 and id = $2", ct, tenant.Value, conversation))!;
        // Copying checks no reference: the conversation is there.
        await ScalarAsync(connection, "set session_replication_role = replica", ct);
        await using (var copy = await connection.BeginBinaryImportAsync(
            "copy conversations.messages (tenant_id, conversation_id, number, id, author, channel_id, text) from stdin (format binary)", ct))
        {
            for (long number = 1; number <= rows; number++)
            {
                var id = Guid.CreateVersion7();
                await copy.StartRowAsync(ct);
                await copy.WriteAsync(tenant.Value, NpgsqlDbType.Uuid, ct);
                await copy.WriteAsync(conversation, NpgsqlDbType.Uuid, ct);
                await copy.WriteAsync(number, NpgsqlDbType.Bigint, ct);
                await copy.WriteAsync(id, NpgsqlDbType.Uuid, ct);
                await copy.WriteAsync((short)0, NpgsqlDbType.Smallint, ct);
                await copy.WriteAsync(channel, NpgsqlDbType.Uuid, ct);
                await copy.WriteAsync(sealer.Seal(Field(id), TextOf(number)), NpgsqlDbType.Bytea, ct);
            }

            await copy.CompleteAsync(ct);
        }

        await ScalarAsync(connection, "set session_replication_role = origin", ct);
        await ScalarAsync(
            connection, "update conversations.conversations set last_number = $3, last_contact_number = $3, answered_number = $3 where tenant_id = $1 and id = $2", ct, tenant.Value, conversation, (long)rows);
    }

    /// <summary>Gives conversations without messages one of their contact, which no turn has answered and no node holds.</summary>
    public async Task LeaveDueAsync(IReadOnlyCollection<Guid> conversations, CancellationToken ct)
    {
        var sealer = await sealing.ForAsync(tenant, ct);
        var ids = conversations.Select(static _ => Guid.CreateVersion7()).ToArray();
        await using var connection = await source.OpenConnectionAsync(ct);
        await ScalarAsync(
            connection,
            """
            with given as (select * from unnest($2, $3, $4) as g (conversation_id, id, text)),
            message as (
              insert into conversations.messages (tenant_id, conversation_id, number, id, author, channel_id, text)
              select $1, g.conversation_id, 1, g.id, 0, c.channel_id, g.text from given g join conversations.conversations c on c.tenant_id = $1 and c.id = g.conversation_id),
            due as (insert into conversations.work (tenant_id, conversation_id, since) select $1, g.conversation_id, clock_timestamp() from given g)
            update conversations.conversations c set last_number = 1, last_contact_number = 1, first_unanswered_at = clock_timestamp()
            from given g where c.tenant_id = $1 and c.id = g.conversation_id
            """,
            ct, tenant.Value, conversations.ToArray(), ids, ids.Select((id, i) => sealer.Seal(Field(id), TextOf(i))).ToArray());
    }

    /// <summary>How many of the tenant's conversations wait for an answer or are being answered.</summary>
    public async Task<long> DueAsync(CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        return (long)(await ScalarAsync(connection, "select count(*) from conversations.work where tenant_id = $1", ct, tenant.Value))!;
    }

    /// <summary>Opens every message of the tenant.</summary>
    public async Task<SealedCount> CountAsync(CancellationToken ct)
    {
        var sealer = await sealing.ForAsync(tenant, ct);
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var command = new NpgsqlCommand("select id, text from conversations.messages where tenant_id = $1", connection)
        {
            Parameters = { new NpgsqlParameter { Value = tenant.Value } },
            CommandTimeout = 600,
        };
        await using var reader = await command.ExecuteReaderAsync(ct);
        var (opened, broken, byKey) = (0L, 0L, new Dictionary<int, long>());
        while (await reader.ReadAsync(ct))
        {
            var bytes = reader.GetFieldValue<byte[]>(1);
            var key = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(1));
            byKey[key] = byKey.GetValueOrDefault(key) + 1;
            try
            {
                sealer.Open(Field(reader.GetGuid(0)), bytes);
                opened++;
            }
            catch (SealBrokenException)
            {
                broken++;
            }
        }

        return new(opened, broken, byKey);
    }

    /// <summary>Asks for a new data key, as the operator does.</summary>
    public async Task AskForRotationAsync(CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await ScalarAsync(
            connection, "insert into platform.key_rotations (tenant_id, number) select $1, max(number) + 1 from platform.tenant_keys where tenant_id = $1 and purpose = 'data'", ct, tenant.Value);
    }

    /// <summary>The state of the tenant's newest rotation and the rows it sealed again.</summary>
    public async Task<(string State, long Rows)> RotationAsync(CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var command = new NpgsqlCommand("select state, rows from platform.key_rotations where tenant_id = $1 order by number desc limit 1", connection)
        {
            Parameters = { new NpgsqlParameter { Value = tenant.Value } },
        };
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? (reader.GetString(0), reader.GetInt64(1)) : ("none", 0);
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();

    private static SealedField Field(Guid message) => new("conversations.messages", "text", message);

    private static string TextOf(long number) => $"Message {number}: how long do I have to return goods, and who pays for sending them back to you?";

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql, CancellationToken ct, params object[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return await command.ExecuteScalarAsync(ct);
    }
}
