using Npgsql;
using Steward.Platform.Erasing;
using Steward.Platform.Postgres;
using Steward.Platform.Sealing;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Idempotency;

/// <summary>Kept answers that name what is erased go. Their keys say nothing of what they are about, so those of the last day are opened and read.</summary>
internal sealed class AnswerErasure(Database database, ISealing sealing) : IEraser
{
    private const int Portion = 200;

    public string Room => "platform";

    public async Task EraseAsync(ErasedSubjects subjects, CancellationToken ct)
    {
        var ids = subjects.Ids.ToHashSet();
        var sealer = await sealing.ForAsync(subjects.Tenant, ct);
        for (byte[]? after = []; after is not null;)
        {
            var session = database.For(subjects.Tenant);
            var rows = session.Many(
                """
                select key_hash, id, location, body from platform.idempotency
                where tenant_id = (select current_setting('steward.tenant')::uuid) and key_hash > $1 order by key_hash limit $2
                """,
                row => (Key: row.GetFieldValue<byte[]>(0), Names: Names(row, sealer, ids)), Sql.Bytes(after), Sql.Int(Portion));
            await session.SendAsync(ct);
            session.Add(
                "delete from platform.idempotency where tenant_id = (select current_setting('steward.tenant')::uuid) and key_hash = any ($1)",
                Sql.BytesArray([.. rows.Value.Where(static row => row.Names).Select(static row => row.Key)]));
            await session.SendAsync(ct);
            after = rows.Value.Count < Portion ? null : rows.Value[^1].Key;
        }
    }

    public Task EraseTenantAsync(TenantId tenant, CancellationToken ct) => Task.CompletedTask;

    private static bool Names(NpgsqlDataReader row, TenantSealer sealer, HashSet<Guid> ids) =>
        (!row.IsDBNull(2) && WrittenIds.Any(row.GetString(2), ids))
        || (!row.IsDBNull(3) && WrittenIds.Any(sealer.OpenBytes(AnswerStore.Field(row.GetGuid(1)), row.GetFieldValue<byte[]>(3)), ids));
}
