using Npgsql;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Erasing.Contacts;

/// <summary>An erasure as its work sees it.</summary>
/// <param name="Place">How many of the conversations are erased in this round.</param>
internal sealed record ErasureRow(Guid? Contact, Guid[] Conversations, int Place, bool Settling);

/// <summary>The statements about erasures of contacts.</summary>
internal sealed class ErasureRows(Database database, ErasedContacts erased) : IContactErasures
{
    private const string Columns =
        "select erasure_id, contact_id, state, asked_by, asked_at, done_at from platform.contact_erasures where tenant_id = (select current_setting('steward.tenant')::uuid) and ";

    private static readonly string[] States = ["working", "settling", "done"];

    public Guid Append(TenantSession session, Guid? contact, IReadOnlyList<Guid> conversations, Guid? askedBy)
    {
        var id = Guid.CreateVersion7();
        session.Add(
            "insert into platform.contact_erasures (tenant_id, erasure_id, contact_id, conversations, asked_by) values (current_setting('steward.tenant')::uuid, $1, $2, $3, $4)",
            Sql.Uuid(id), Sql.Uuid(contact), Sql.Uuids([.. conversations]), Sql.Uuid(askedBy));
        if (contact is { } gone)
        {
            session.AfterCommit(() => erased.Add(session.Tenant, gone));
        }

        return id;
    }

    public Task<ContactErasure?> FindAsync(TenantId tenant, Guid erasureId, CancellationToken ct) => OneAsync(tenant, "erasure_id = $1 and contact_id is not null", erasureId, ct);

    public Task<ContactErasure?> OfContactAsync(TenantId tenant, Guid contact, CancellationToken ct) => OneAsync(tenant, "contact_id = $1", contact, ct);

    /// <summary>What is left to do, or null when it is done.</summary>
    public async Task<ErasureRow?> OpenAsync(TenantId tenant, Guid id, CancellationToken ct)
    {
        var session = database.For(tenant);
        var row = session.One(
            "select contact_id, conversations, place, state from platform.contact_erasures where tenant_id = (select current_setting('steward.tenant')::uuid) and erasure_id = $1 and state < 2",
            static row => new ErasureRow(row.IsDBNull(0) ? null : row.GetGuid(0), row.GetFieldValue<Guid[]>(1), row.GetInt32(2), row.GetInt16(3) == 1), Sql.Uuid(id));
        await session.SendAsync(ct);
        return row.Value;
    }

    public Task MoveAsync(TenantId tenant, Guid id, int place, CancellationToken ct) =>
        ChangeAsync(tenant, "update platform.contact_erasures set place = $2, failures = 0 where erasure_id = $1", ct, Sql.Uuid(id), Sql.Int(place));

    public Task SettleAsync(TenantId tenant, Guid id, TimeSpan after, CancellationToken ct) => ChangeAsync(
        tenant, "update platform.contact_erasures set state = 1, place = 0, settle_at = clock_timestamp() + $2 where erasure_id = $1", ct, Sql.Uuid(id), Sql.Interval(after));

    /// <summary>A run failed: the next one comes after the pause, and those of others before it.</summary>
    public Task DeferAsync(TenantId tenant, Guid id, TimeSpan pause, CancellationToken ct) => ChangeAsync(
        tenant,
        """
        update platform.contact_erasures set failures = least(failures + 1, 100), settle_at = clock_timestamp() + least($2 * power(2, least(failures, 10)), interval '1 hour')
        where erasure_id = $1 and state < 2
        """,
        ct, Sql.Uuid(id), Sql.Interval(pause));

    /// <summary>The receipt stays; the ids of what was erased go, and so does work that nobody asked for.</summary>
    public async Task EndAsync(TenantId tenant, Guid id, CancellationToken ct)
    {
        var session = database.For(tenant);
        session.Add("delete from platform.contact_erasures where erasure_id = $1 and contact_id is null", Sql.Uuid(id));
        session.Add("update platform.contact_erasures set state = 2, place = 0, conversations = '{}', done_at = clock_timestamp() where erasure_id = $1", Sql.Uuid(id));
        await session.SendAsync(ct);
    }

    private async Task<ContactErasure?> OneAsync(TenantId tenant, string where, Guid id, CancellationToken ct)
    {
        var session = database.For(tenant);
        var found = session.One(Columns + where, Read, Sql.Uuid(id));
        await session.SendAsync(ct);
        return found.Value;
    }

    private async Task ChangeAsync(TenantId tenant, string sql, CancellationToken ct, params NpgsqlParameter[] parameters)
    {
        var session = database.For(tenant);
        session.Add(sql, parameters);
        await session.SendAsync(ct);
    }

    private static ContactErasure Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetGuid(1), States[row.GetInt16(2)], row.IsDBNull(3) ? null : row.GetGuid(3), row.GetFieldValue<DateTimeOffset>(4),
        row.IsDBNull(5) ? null : row.GetFieldValue<DateTimeOffset>(5));
}
