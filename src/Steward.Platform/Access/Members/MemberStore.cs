using Npgsql;
using Steward.Platform.Events;
using Steward.Platform.Events.Records;
using Steward.Platform.Paging;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Access.Members;

internal sealed record MemberRow(Guid Id, string Email, string Name, Role Role, bool Active, int Version, DateTimeOffset CreatedAt, bool EmailVerified)
{
    public MemberStanding Standing => new(Id, Role, Active);
}

/// <summary>The rows of members.</summary>
internal sealed class MemberStore(Database database, AccessChanges changes)
{
    private const string Columns =
        """
        select m.member_id, a.email, m.name, m.role, m.state = 'active', m.version, m.created_at, a.verified_at is not null
        from platform.members m join platform.accounts a using (account_id)
        """;

    /// <summary>Adds a member within the session's transaction.</summary>
    public static void AppendJoin(TenantSession session, Guid memberId, Guid accountId, string name, Role role)
    {
        session.Add(
            "insert into platform.members (tenant_id, member_id, account_id, name, role) values ($1, $2, $3, $4, $5)",
            Sql.Uuid(session.Tenant.Value), Sql.Uuid(memberId), Sql.Uuid(accountId), Sql.Text(name), Sql.Text(role.Name()));
        session.Record(new MemberJoined(memberId, role.Name()), Actor.OrMember(memberId));
    }

    public async Task<List<MemberRow>> ListAsync(TenantId tenant, TimeCursor? after, int size, CancellationToken ct)
    {
        var session = database.For(tenant);
        var rows = session.Many(
            Columns + " where ($1::timestamptz is null or (m.created_at, m.member_id) > ($1, $2)) order by m.created_at, m.member_id limit $3",
            Read, Sql.Time(after?.At), Sql.Uuid(after?.Id), Sql.Int(size + 1));
        await session.SendAsync(ct);
        return rows.Value;
    }

    public async Task<MemberRow?> FindAsync(TenantId tenant, Guid id, CancellationToken ct)
    {
        var session = database.For(tenant);
        var row = session.One(Columns + " where m.member_id = $1", Read, Sql.Uuid(id));
        await session.SendAsync(ct);
        return row.Value;
    }

    /// <summary>
    /// Reads the member and locks the tenant's owners, lets the caller decide, and writes in the same transaction: two owners
    /// who demote each other at once leave one owner.
    /// </summary>
    public async Task<MemberChange> ChangeAsync(
        TenantId tenant, Guid id, Func<MemberRow, IReadOnlyCollection<Guid>, (MemberRefusal? Refusal, MemberRow? After)> decide, CancellationToken ct,
        Action<TenantSession, Guid>? with = null)
    {
        var session = database.For(tenant);
        await using var transaction = await session.BeginAsync(ct);
        var owners = session.Many(
            "select member_id from platform.members where role = 'owner' and state = 'active' order by member_id for update", row => row.GetGuid(0));
        var found = session.One(Columns + " where m.member_id = $1 for update of m", Read, Sql.Uuid(id));
        await session.SendAsync(ct);
        if (found.Value is not { } before)
        {
            return new MemberChange(null, null, null);
        }

        var (refusal, after) = decide(before, owners.Value);
        if (refusal is not null)
        {
            return new MemberChange(before, null, refusal);
        }

        if (after is null)
        {
            session.Add("delete from platform.members where member_id = $1", Sql.Uuid(id));
            session.Record(new MemberRemoved(id));
        }
        else
        {
            after = after with { Version = before.Version + 1 };
            session.Add(
                "update platform.members set name = $2, role = $3, state = $4, version = $5 where member_id = $1",
                Sql.Uuid(id), Sql.Text(after.Name), Sql.Text(after.Role.Name()), Sql.Text(after.Active ? "active" : "suspended"), Sql.Int(after.Version));
            session.Record(new MemberChanged(id, after.Role.Name(), after.Active, FieldChange.Between(Told(before), Told(after), "role")));
        }

        with?.Invoke(session, id);
        changes.Announce(session, id);
        await transaction.CommitAsync(ct);
        return new MemberChange(before, after, null);
    }

    private static object Told(MemberRow row) => new { row.Name, role = row.Role.Name(), row.Active };

    private static MemberRow Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetString(1), row.GetString(2), Roles.Parse(row.GetString(3)), row.GetBoolean(4), row.GetInt32(5),
        row.GetFieldValue<DateTimeOffset>(6), row.GetBoolean(7));
}

/// <param name="Before">The member as found; null when there is none.</param>
/// <param name="After">As changed; null when removed or refused.</param>
/// <param name="Refusal">Why nothing changed.</param>
internal sealed record MemberChange(MemberRow? Before, MemberRow? After, MemberRefusal? Refusal);
