using System.Text.Json;
using Npgsql;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Audit;

/// <summary>Which entries are asked for; null is any.</summary>
/// <param name="Action">An action such as member.changed, or its first word.</param>
/// <param name="To">Exclusive.</param>
/// <param name="OfTenant">Operators only: the tenant that was acted on.</param>
internal sealed record AuditFilter(
    Guid? Actor, string? Kind, string? Action, Guid? Subject, DateTimeOffset? From, DateTimeOffset? To, Guid? OfTenant = null);

/// <summary>Who acted. Name and address are those of today; null when there is no such person or key any more.</summary>
/// <param name="Kind">member, key, operator, command or anyone.</param>
internal sealed record AuditActor(string Kind, Guid? Id, string? Name, string? Email);

/// <summary>One entry.</summary>
/// <param name="Entry">Grows in the order in which things were committed.</param>
/// <param name="Door">api, v1 or cli.</param>
/// <param name="Origin">The network address it came from.</param>
/// <param name="Subject">The id of what was acted on.</param>
/// <param name="Tenant">In the audit of the installation: the tenant that was acted on.</param>
/// <param name="Details">Ids, codes, figures and the names of changed fields.</param>
internal sealed record AuditEntry(
    long Entry, DateTimeOffset At, AuditActor Actor, string? Door, string? Origin, string Action, Guid Subject, Guid? Tenant, JsonElement Details);

/// <summary>Reads entries, newest first. The order is that of the events, not of a clock.</summary>
internal sealed class AuditStore(Database database)
{
    private const string Select = """
        select a.entry, a.at, a.actor, a.actor_id, coalesce(m.name, k.name, o.name), coalesce(c.email, o.email), a.door, a.origin, a.action, a.subject, a.of_tenant, a.details::text
        from platform.audit a
        left join platform.members m on a.actor = 'member' and m.tenant_id = a.tenant_id and m.member_id = a.actor_id
        left join platform.accounts c on c.account_id = m.account_id
        left join platform.api_keys k on a.actor = 'key' and k.tenant_id = a.tenant_id and k.key_id = a.actor_id
        left join platform.operators o on $1 and a.actor = 'operator' and o.operator_id = a.actor_id
        where ($2::bigint is null or a.entry < $2) and ($3::uuid is null or a.actor_id = $3) and ($4::text is null or a.actor = $4)
          and ($5::text is null or a.action = $5 or split_part(a.action, '.', 1) = $5) and ($6::uuid is null or a.subject = $6)
          and ($7::timestamptz is null or a.at >= $7) and ($8::timestamptz is null or a.at < $8) and ($9::uuid is null or a.of_tenant = $9)
        order by a.entry desc limit $10
        """;

    /// <summary>Entries before a number (null: from the newest on).</summary>
    public async Task<List<AuditEntry>> ListAsync(TenantId tenant, AuditFilter filter, long? before, int most, CancellationToken ct)
    {
        var session = database.For(tenant);
        var rows = session.Many(
            Select, Read, Sql.Bool(tenant == TenantId.Installation), Sql.Long(before), Sql.Uuid(filter.Actor), Sql.Text(filter.Kind), Sql.Text(filter.Action),
            Sql.Uuid(filter.Subject), Sql.Time(filter.From), Sql.Time(filter.To), Sql.Uuid(filter.OfTenant), Sql.Int(most));
        await session.SendAsync(ct);
        return rows.Value;
    }

    private static AuditEntry Read(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetFieldValue<DateTimeOffset>(1), new AuditActor(row.GetString(2), IdOf(row, 3), TextOf(row, 4), TextOf(row, 5)),
        TextOf(row, 6), TextOf(row, 7), row.GetString(8), row.GetGuid(9), IdOf(row, 10), JsonElement.Parse(row.GetString(11)));

    private static string? TextOf(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static Guid? IdOf(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetGuid(column);
}
