using Npgsql;
using Steward.Platform.Postgres;
using Steward.Platform.Sealing;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Idempotency;

internal sealed class AnswerStore(Database database, ISealing sealing)
{
    /// <summary>
    /// Takes the key for this run, or gives what an earlier use left. A use older than 24 hours counts as none, and so does one
    /// that has run for five minutes: its node is gone.
    /// </summary>
    public async Task<StoredAnswer?> ClaimAsync(TenantId tenant, byte[] keyHash, byte[] requestHash, Guid run, CancellationToken ct)
    {
        var session = database.For(tenant);
        session.Add(
            """
            insert into platform.idempotency as i (tenant_id, key_hash, request_hash, id) values (current_setting('steward.tenant')::uuid, $1, $2, $3)
            on conflict (tenant_id, key_hash) do update
            set request_hash = excluded.request_hash, id = excluded.id, status = null, content_type = null, location = null, body = null, created_at = now()
            where i.created_at < now() - interval '24 hours' or (i.status is null and i.created_at < now() - interval '5 minutes')
            """,
            Sql.Bytes(keyHash), Sql.Bytes(requestHash), Sql.Uuid(run));
        var row = session.One(
            "select id, request_hash, status, content_type, location, body from platform.idempotency where tenant_id = (select current_setting('steward.tenant')::uuid) and key_hash = $1",
            Map,
            Sql.Bytes(keyHash));
        await session.SendAsync(ct);
        if (row.Value is not { } found || found.Id == run)
        {
            return null;
        }
        var sealer = await sealing.ForAsync(tenant, ct);
        return found.Body is { } body ? found with { Body = sealer.OpenBytes(Field(found.Id), body) } : found;
    }

    /// <summary>Keeps the answer, if this run still holds the key.</summary>
    public async Task KeepAsync(TenantId tenant, byte[] keyHash, StoredAnswer answer, CancellationToken ct)
    {
        var sealer = await sealing.ForAsync(tenant, ct);
        var session = database.For(tenant);
        session.Add(
            """
            update platform.idempotency set status = $3, content_type = $4, location = $5, body = $6
            where tenant_id = (select current_setting('steward.tenant')::uuid) and key_hash = $1 and id = $2
            """,
            Sql.Bytes(keyHash), Sql.Uuid(answer.Id), Sql.Int(answer.Status), Sql.Text(answer.ContentType), Sql.Text(answer.Location),
            Sql.Bytes(sealer.SealBytes(Field(answer.Id), answer.Body ?? [])));
        await session.SendAsync(ct);
    }

    /// <summary>Frees the key: nothing was done that a second use would do twice.</summary>
    public async Task FreeAsync(TenantId tenant, byte[] keyHash, Guid run, CancellationToken ct)
    {
        var session = database.For(tenant);
        session.Add(
            "delete from platform.idempotency where tenant_id = (select current_setting('steward.tenant')::uuid) and key_hash = $1 and id = $2",
            Sql.Bytes(keyHash), Sql.Uuid(run));
        await session.SendAsync(ct);
    }

    internal static SealedField Field(Guid id) => new("platform.idempotency", "body", id);

    private static StoredAnswer Map(NpgsqlDataReader row) => new(
        row.GetGuid(0),
        row.GetFieldValue<byte[]>(1),
        row.IsDBNull(2) ? null : row.GetInt32(2),
        row.IsDBNull(3) ? null : row.GetString(3),
        row.IsDBNull(4) ? null : row.GetString(4),
        row.IsDBNull(5) ? null : row.GetFieldValue<byte[]>(5));
}
