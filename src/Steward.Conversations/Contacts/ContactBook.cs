using Npgsql;
using Steward.Conversations.Turns;
using Steward.Platform.Events;
using Steward.Platform.Events.Records;
using Steward.Platform.Paging;
using Steward.Platform.Postgres;
using Steward.Platform.Sealing;
using Steward.Platform.Tenancy;

namespace Steward.Conversations.Contacts;

/// <summary>The tenant's contacts. Their details are sealed; identities are found by a keyed hash.</summary>
internal sealed class ContactBook(Database database, ISealing sealing) : IContacts
{
    private const string List = "contacts";
    private const string Columns = "select k.id, k.name, k.email, k.phone, k.language, k.known, k.created_at, k.version, k.may_write from conversations.contacts k ";

    /// <summary>Appends a new contact without an identity and returns its id.</summary>
    public async ValueTask<Guid> AppendAsync(TenantSession session, ContactDetails details, CancellationToken ct)
    {
        var id = Guid.CreateVersion7();
        Insert(session, await sealing.ForAsync(session.Tenant, ct), id, ContactRules.Checked(details));
        return id;
    }

    public async Task<ContactView> EnsureAsync(TenantId tenant, Guid? channelId, ContactDetails details, CancellationToken ct)
    {
        _ = ContactRules.Checked(details);
        var sealer = await sealing.ForAsync(tenant, ct);
        var id = Guid.CreateVersion7();
        var session = database.For(tenant);
        if (details.Identity is not { Length: > 0 } identity || channelId is not { } channel)
        {
            Insert(session, sealer, id, details);
            await session.SendAsync(ct);
            return (await FindAsync(tenant, id, ct))!;
        }

        var hash = sealer.IndexHash("identity", identity);
        if (await ByIdentityAsync(tenant, sealer, channel, hash, ct) is { } known)
        {
            return known;
        }

        Insert(session, sealer, id, details);
        session.Add(
            "insert into conversations.contact_identities (tenant_id, channel_id, identity_hash, contact_id, identity) values (current_setting('steward.tenant')::uuid, $1, $2, $3, $4)",
            Sql.Uuid(channel), Sql.Bytes(hash), Sql.Uuid(id), Sql.Bytes(sealer.Seal(Fields.Identity(id), identity)));
        try
        {
            await session.SendAsync(ct);
            return (await FindAsync(tenant, id, ct))!;
        }
        catch (PostgresException twice) when (twice.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return (await ByIdentityAsync(tenant, sealer, channel, hash, ct))!;
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            throw ConversationProblems.ChannelUnknown();
        }
    }

    public async Task<ContactView?> FindAsync(TenantId tenant, Guid contactId, CancellationToken ct)
    {
        var sealer = await sealing.ForAsync(tenant, ct);
        var session = database.For(tenant);
        var found = session.One(Columns + "where k.id = $1", row => Read(row, sealer), Sql.Uuid(contactId));
        await session.SendAsync(ct);
        return found.Value;
    }

    public async Task<Guid?> OpenConversationAsync(TenantId tenant, Guid channelId, Guid contactId, CancellationToken ct)
    {
        var session = database.For(tenant);
        session.One("select set_config('steward.member', 'machine', true)", static _ => 0);
        var found = session.One(
            "select id from conversations.conversations where contact_id = $1 and channel_id = $2 and state <> 3 order by id desc limit 1",
            static row => (Guid?)row.GetGuid(0), Sql.Uuid(contactId), Sql.Uuid(channelId));
        await session.SendAsync(ct);
        return found.Value;
    }

    public async Task<Page<ContactView>> ListAsync(TenantId tenant, string? cursor, int limit, CancellationToken ct)
    {
        var size = Page.Size(limit);
        var sealer = await sealing.ForAsync(tenant, ct);
        var session = database.For(tenant);
        var found = session.Many(
            Columns + "where ($1::uuid is null or k.id < $1) order by k.id desc limit $2", row => Read(row, sealer),
            Sql.Uuid(Cursors.ReadId(List, cursor)), Sql.Int(size + 1));
        await session.SendAsync(ct);
        return Page.Of(found.Value, size, last => Cursors.Of(List, last.Id));
    }

    public async Task<ContactView> EditAsync(TenantId tenant, Guid contactId, ContactDetails details, long[]? versions, CancellationToken ct, bool? mayWrite = null)
    {
        _ = ContactRules.Checked(details);
        var sealer = await sealing.ForAsync(tenant, ct);
        var session = database.For(tenant);
        await using var transaction = await session.BeginAsync(ct);
        var changed = session.Add(
            """
            update conversations.contacts set name = coalesce($2, name), email = coalesce($3, email), phone = coalesce($4, phone),
              language = coalesce($5, language), known = known or $6, may_write = coalesce($8, may_write), version = version + 1
            where id = $1 and ($7::bigint[] is null or version = any($7))
            """,
            Sql.Uuid(contactId), Sql.Bytes(sealer.SealOrNull(Fields.ContactName(contactId), details.Name)),
            Sql.Bytes(sealer.SealOrNull(Fields.ContactEmail(contactId), details.Email)), Sql.Bytes(sealer.SealOrNull(Fields.ContactPhone(contactId), details.Phone)),
            Sql.Text(details.Language), Sql.Bool(details.Known), Sql.Longs(versions), Sql.Bool(mayWrite));
        var now = session.One(Columns + "where k.id = $1", row => Read(row, sealer), Sql.Uuid(contactId));
        await session.SendAsync(ct);
        if (now.Value is null || changed.Value == 0)
        {
            throw now.Value is null ? ConversationProblems.ContactUnknown() : ConversationProblems.Changed();
        }

        session.Record(new ContactChanged(contactId, FieldChange.Named(
            ("name", details.Name is not null), ("email", details.Email is not null), ("phone", details.Phone is not null), ("language", details.Language is not null),
            ("mayWrite", mayWrite is not null))));
        await transaction.CommitAsync(ct);
        return now.Value;
    }

    private async Task<ContactView?> ByIdentityAsync(TenantId tenant, TenantSealer sealer, Guid channel, byte[] hash, CancellationToken ct)
    {
        var session = database.For(tenant);
        var found = session.One(
            Columns + "join conversations.contact_identities i on i.tenant_id = k.tenant_id and i.contact_id = k.id where i.channel_id = $1 and i.identity_hash = $2",
            row => Read(row, sealer), Sql.Uuid(channel), Sql.Bytes(hash));
        await session.SendAsync(ct);
        return found.Value;
    }

    private static void Insert(TenantSession session, TenantSealer sealer, Guid id, ContactDetails details) => session.Add(
        "insert into conversations.contacts (tenant_id, id, name, email, phone, language, known) values (current_setting('steward.tenant')::uuid, $1, $2, $3, $4, $5, $6)",
        Sql.Uuid(id), Sql.Bytes(sealer.SealOrNull(Fields.ContactName(id), details.Name)), Sql.Bytes(sealer.SealOrNull(Fields.ContactEmail(id), details.Email)),
        Sql.Bytes(sealer.SealOrNull(Fields.ContactPhone(id), details.Phone)), Sql.Text(details.Language), Sql.Bool(details.Known));

    private static ContactView Read(NpgsqlDataReader row, TenantSealer sealer)
    {
        var id = row.GetGuid(0);
        return new ContactView(
            id, sealer.OpenOrNull(Fields.ContactName(id), row.BytesOrNull(1)), sealer.OpenOrNull(Fields.ContactEmail(id), row.BytesOrNull(2)),
            sealer.OpenOrNull(Fields.ContactPhone(id), row.BytesOrNull(3)), row.TextOrNull(4), row.GetBoolean(5), row.GetBoolean(8), row.Time(6), row.GetInt64(7));
    }
}
