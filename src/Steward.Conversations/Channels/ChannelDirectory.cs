using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Npgsql;
using Steward.Conversations.Turns;
using Steward.Conversations.Delivery;
using Steward.Platform.Events;
using Steward.Platform.Events.Records;
using Steward.Platform.Postgres;
using Steward.Platform.Sealing;
using Steward.Platform.Tenancy;

namespace Steward.Conversations.Channels;

/// <summary>The tenant's channels, kept in memory for a few seconds.</summary>
internal sealed class ChannelDirectory(Database database, ISealing sealing, Carriers carriers, TimeProvider time) : IChannelDirectory
{
    private static readonly TimeSpan Keep = TimeSpan.FromSeconds(5);
    private const string Columns = "select id, kind, name, assistant_id, public_key, settings, enabled, version from conversations.channels ";
    private readonly ConcurrentDictionary<(TenantId, Guid), (ChannelView? Channel, long Read)> _kept = new();
    private readonly ConcurrentDictionary<TenantId, Guid> _api = new();

    public async Task<ChannelView> CreateAsync(TenantId tenant, NewChannel channel, CancellationToken ct)
    {
        if (channel.Kind is not ("api" or "widget") && carriers.For(channel.Kind) is null)
        {
            throw new ConversationProblemException(400, "channel.kind_unknown", $"There is no channel kind of that name. Kinds: {string.Join(", ", ["api", "widget", .. carriers.Kinds])}.");
        }

        if (string.IsNullOrWhiteSpace(channel.Name) || channel.Name.Length > 200)
        {
            throw new ConversationProblemException(400, "channel.name_missing", "A channel needs a name of at most 200 characters.");
        }

        var sealer = await sealing.ForAsync(tenant, ct);
        var id = Guid.CreateVersion7();
        var key = channel.Kind == "widget" ? Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(18)) : null;
        var session = database.For(tenant);
        session.Add(
            "insert into conversations.channels (tenant_id, id, kind, name, assistant_id, public_key, settings) values (current_setting('steward.tenant')::uuid, $1, $2, $3, $4, $5, $6)",
            Sql.Uuid(id), Sql.Text(channel.Kind), Sql.Text(channel.Name), Sql.Uuid(channel.AssistantId), Sql.Text(key),
            Sql.Bytes(sealer.SealOrNull(Fields.Settings(id), channel.SettingsJson)));
        session.Record(new ChannelChanged(id, "created", []));
        await session.SendAsync(ct);
        return new ChannelView(id, channel.Kind, channel.Name, channel.AssistantId, key, channel.SettingsJson ?? "{}", true, 1);
    }

    public async Task<IReadOnlyList<ChannelView>> ListAsync(TenantId tenant, CancellationToken ct)
    {
        var sealer = await sealing.ForAsync(tenant, ct);
        var session = database.For(tenant);
        var rows = session.Many(Columns + "order by id", row => Read(row, sealer));
        await session.SendAsync(ct);
        return rows.Value;
    }

    public async ValueTask<ChannelView?> FindAsync(TenantId tenant, Guid channelId, CancellationToken ct)
    {
        if (_kept.TryGetValue((tenant, channelId), out var kept) && time.GetElapsedTime(kept.Read) < Keep)
        {
            return kept.Channel;
        }

        var sealer = await sealing.ForAsync(tenant, ct);
        var session = database.For(tenant);
        var row = session.One(Columns + "where id = $1", r => Read(r, sealer), Sql.Uuid(channelId));
        await session.SendAsync(ct);
        if (_kept.Count > 10_000)
        {
            _kept.Clear();
        }

        _kept[(tenant, channelId)] = (row.Value, time.GetTimestamp());
        return row.Value;
    }

    public async ValueTask<(TenantId Tenant, ChannelView Channel)?> FindByPublicKeyAsync(string publicKey, CancellationToken ct)
    {
        var rows = await database.DispatchAsync(
            "select tenant_id, channel_id from conversations.channel_of_public_key($1)", static row => (Tenant: new TenantId(row.GetGuid(0)), Id: row.GetGuid(1)), ct, Sql.Text(publicKey));
        return rows.Count == 1 && await FindAsync(rows[0].Tenant, rows[0].Id, ct) is { Enabled: true } channel ? (rows[0].Tenant, channel) : null;
    }

    public async ValueTask<TenantId?> FindTenantAsync(Guid channelId, CancellationToken ct)
    {
        var rows = await database.DispatchAsync(
            "select tenant_id from conversations.tenant_of_channel($1)", static row => new TenantId(row.GetGuid(0)), ct, Sql.Uuid(channelId));
        return rows.Count == 1 ? rows[0] : null;
    }

    public async Task<ChannelView> EditAsync(TenantId tenant, Guid channelId, ChannelEdit edit, long[]? versions, CancellationToken ct)
    {
        var sealer = await sealing.ForAsync(tenant, ct);
        var session = database.For(tenant);
        await using var transaction = await session.BeginAsync(ct);
        var changed = session.Add(
            """
            update conversations.channels set name = coalesce($2, name), assistant_id = coalesce($3, assistant_id), settings = coalesce($4, settings),
              enabled = coalesce($5, enabled), version = version + 1
            where id = $1 and ($6::bigint[] is null or version = any($6))
            """,
            Sql.Uuid(channelId), Sql.Text(edit.Name), Sql.Uuid(edit.AssistantId), Sql.Bytes(sealer.SealOrNull(Fields.Settings(channelId), edit.SettingsJson)),
            Sql.Bool(edit.Enabled), Sql.Longs(versions));
        var now = session.One(Columns + "where id = $1", r => Read(r, sealer), Sql.Uuid(channelId));
        await session.SendAsync(ct);
        if (now.Value is null || changed.Value == 0)
        {
            throw now.Value is null ? ConversationProblems.ChannelUnknown() : ConversationProblems.Changed();
        }

        session.Record(new ChannelChanged(channelId, "changed", Changes(edit)));
        session.AfterCommit(() => _kept.TryRemove((tenant, channelId), out _));
        await transaction.CommitAsync(ct);
        return now.Value;
    }

    public Task DisableAsync(TenantId tenant, Guid channelId, CancellationToken ct) => EditAsync(tenant, channelId, new ChannelEdit(Enabled: false), null, ct);

    /// <summary>The tenant's api channel; made when the first program starts a conversation.</summary>
    public async Task<ChannelView> ApiAsync(TenantId tenant, CancellationToken ct)
    {
        if (_api.TryGetValue(tenant, out var known) && await FindAsync(tenant, known, ct) is { Enabled: true } kept)
        {
            return kept;
        }

        var session = database.For(tenant);
        // One lock per tenant, so that two first conversations do not make two channels.
        session.One("select pg_advisory_xact_lock(hashtextextended(current_setting('steward.tenant'), 11))::text", static _ => 0);
        var id = session.One(
            """
            with found as (select id from conversations.channels where kind = 'api' and enabled order by id limit 1),
              made as (insert into conversations.channels (tenant_id, id, kind, name)
                select current_setting('steward.tenant')::uuid, $1, 'api', 'API' where not exists (select from found) returning id)
            select id from found union all select id from made
            """,
            static row => row.GetGuid(0), Sql.Uuid(Guid.CreateVersion7()));
        await session.SendAsync(ct);
        _api[tenant] = id.Value;
        _kept.TryRemove((tenant, id.Value), out _);
        return (await FindAsync(tenant, id.Value, ct))!;
    }

    private static IReadOnlyList<FieldChange> Changes(ChannelEdit edit) =>
    [
        .. FieldChange.Named(("name", edit.Name is not null), ("assistantId", edit.AssistantId is not null), ("settings", edit.SettingsJson is not null)),
        .. edit.Enabled is { } enabled ? new FieldChange[] { new("enabled", null, enabled ? "true" : "false") } : [],
    ];

    private static ChannelView Read(NpgsqlDataReader row, TenantSealer sealer)
    {
        var id = row.GetGuid(0);
        return new ChannelView(
            id, row.GetString(1), row.GetString(2), row.GuidOrNull(3), row.TextOrNull(4), sealer.OpenOrNull(Fields.Settings(id), row.BytesOrNull(5)) ?? "{}",
            row.GetBoolean(6), row.GetInt64(7));
    }
}
