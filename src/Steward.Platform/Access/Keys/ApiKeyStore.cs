using Npgsql;
using Steward.Platform.Events;
using Steward.Platform.Events.Records;
using Steward.Platform.Paging;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Access.Keys;

internal sealed record ApiKeyRow(
    Guid Id, string Name, string Prefix, string[] Permissions, DateTimeOffset? ExpiresAt, DateTimeOffset? LastUsedAt, DateTimeOffset CreatedAt,
    KeyLimit Limit = default, int Version = 1, string Streams = KeyStreams.Live);

/// <summary>The rows of API keys that are not revoked.</summary>
internal sealed class ApiKeyStore(Database database, AccessChanges changes, TimeProvider time)
{
    private const string Columns =
        "select key_id, name, prefix, permissions, expires_at, last_used_at, created_at, per_hour, per_minute, version, stream_mode from platform.api_keys where revoked_at is null";

    /// <summary>Makes a key; its secret is in the answer and nowhere else.</summary>
    public async Task<(ApiKeyRow Row, string Secret)> CreateAsync(
        TenantId tenant, string name, IEnumerable<string> permissions, DateTimeOffset? expiresAt, Guid createdBy, CancellationToken ct, KeyLimit limit = default, string? streams = null)
    {
        var secret = ApiKeySecret.Make();
        var row = new ApiKeyRow(
            Guid.CreateVersion7(), name, ApiKeySecret.ShownPart(secret), [.. permissions.Order(StringComparer.Ordinal)], expiresAt, null, time.GetUtcNow(), limit, Streams: streams ?? KeyStreams.Live);
        var session = database.For(tenant);
        session.Add(
            """
            insert into platform.api_keys (tenant_id, key_id, name, prefix, secret_hash, permissions, expires_at, created_by, created_at, per_hour, per_minute, stream_mode)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            """,
            Sql.Uuid(tenant.Value), Sql.Uuid(row.Id), Sql.Text(name), Sql.Text(row.Prefix), Sql.Bytes(ApiKeySecret.Hash(secret)),
            Sql.Texts(row.Permissions), Sql.Time(expiresAt), Sql.Uuid(createdBy), Sql.Time(row.CreatedAt),
            Sql.Int(limit.PerHour), Sql.Int(limit.PerMinute), Sql.Text(row.Streams));
        session.Record(new ApiKeyCreated(row.Id, createdBy));
        await session.SendAsync(ct);
        return (row, secret);
    }

    public async Task<List<ApiKeyRow>> ListAsync(TenantId tenant, TimeCursor? after, int size, CancellationToken ct)
    {
        var session = database.For(tenant);
        var rows = session.Many(
            Columns + " and ($1::timestamptz is null or (created_at, key_id) > ($1, $2)) order by created_at, key_id limit $3",
            Read, Sql.Time(after?.At), Sql.Uuid(after?.Id), Sql.Int(size + 1));
        await session.SendAsync(ct);
        return rows.Value;
    }

    public async Task<ApiKeyRow?> FindAsync(TenantId tenant, Guid id, CancellationToken ct)
    {
        var session = database.For(tenant);
        var row = session.One(Columns + " and key_id = $1", Read, Sql.Uuid(id));
        await session.SendAsync(ct);
        return row.Value;
    }

    /// <summary>Changes a key's name, limit and streams; null when it has another version by now, or is gone.</summary>
    public async Task<ApiKeyRow?> EditAsync(TenantId tenant, Guid id, string name, KeyLimit limit, string streams, long[] versions, CancellationToken ct)
    {
        var session = database.For(tenant);
        await using var transaction = await session.BeginAsync(ct);
        var before = session.One(Columns + " and key_id = $1 for update", Read, Sql.Uuid(id));
        var changed = session.Add(
            "update platform.api_keys set name = $2, per_hour = $3, per_minute = $4, stream_mode = $5, version = version + 1 where key_id = $1 and revoked_at is null and version = any($6)",
            Sql.Uuid(id), Sql.Text(name), Sql.Int(limit.PerHour), Sql.Int(limit.PerMinute), Sql.Text(streams), Sql.Longs(versions));
        var row = session.One(Columns + " and key_id = $1", Read, Sql.Uuid(id));
        await session.SendAsync(ct);
        if (changed.Value == 0)
        {
            return null;
        }

        session.Record(new ApiKeyChanged(id, FieldChange.Between(Told(before.Value!), Told(row.Value!))));
        changes.Announce(session, id);
        await transaction.CommitAsync(ct);
        return row.Value;
    }

    /// <summary>Revokes a key; false when there is none.</summary>
    public async Task<bool> RevokeAsync(TenantId tenant, Guid id, CancellationToken ct)
    {
        var session = database.For(tenant);
        await using var transaction = await session.BeginAsync(ct);
        var revoked = session.Add(
            "update platform.api_keys set revoked_at = $2 where key_id = $1 and revoked_at is null", Sql.Uuid(id), Sql.Time(time.GetUtcNow()));
        await session.SendAsync(ct);
        if (revoked.Value == 0)
        {
            return false;
        }

        session.Record(new ApiKeyRevoked(id));
        changes.Announce(session, id);
        await transaction.CommitAsync(ct);
        return true;
    }

    private static object Told(ApiKeyRow row) => new { row.Name, row.Limit.PerHour, row.Limit.PerMinute, row.Streams };

    private static ApiKeyRow Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetFieldValue<string[]>(3), TimeOf(row, 4), TimeOf(row, 5),
        row.GetFieldValue<DateTimeOffset>(6), KeyLimit.Read(row, 7), row.GetInt32(9), KeyStreams.Read(row, 10));

    private static DateTimeOffset? TimeOf(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
}
