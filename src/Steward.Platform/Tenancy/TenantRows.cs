using Npgsql;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy.Hours;

namespace Steward.Platform.Tenancy;

/// <summary>How a tenant's row is read, in one place.</summary>
internal static class TenantRows
{
    public const string Columns =
        "select tenant_id, name, state, time_zone, locale, currency, logo_file, version, created_at, state_changed_at, erase_at, opening_hours::text from platform.tenants where tenant_id = (select current_setting('steward.tenant')::uuid)";

    public static Pending<Tenant?> AppendRead(TenantSession session, bool locked = false) => session.One(locked ? Columns + " for update" : Columns, Read);

    private static Tenant Read(NpgsqlDataReader row) => new(new TenantId(row.GetGuid(0)), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4))
    {
        Currency = row.GetString(5),
        LogoFile = row.IsDBNull(6) ? null : row.GetGuid(6),
        Version = row.GetInt32(7),
        CreatedAt = row.GetFieldValue<DateTimeOffset>(8),
        StateChangedAt = row.GetFieldValue<DateTimeOffset>(9),
        EraseAt = row.IsDBNull(10) ? null : row.GetFieldValue<DateTimeOffset>(10),
        OpeningHours = row.IsDBNull(11) ? null : HoursText.OfJson(row.GetString(11)),
    };
}
