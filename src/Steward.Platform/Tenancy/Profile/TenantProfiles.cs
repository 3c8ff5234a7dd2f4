using Npgsql;
using Steward.Platform.Access;
using Steward.Platform.Events;
using Steward.Platform.Events.Records;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy.Hours;

namespace Steward.Platform.Tenancy.Profile;

/// <summary>Changes a tenant's profile. Each answers null when the profile has another version than the caller has seen.</summary>
internal sealed class TenantProfiles(Database database)
{
    public Task<Tenant?> ChangeAsync(Caller by, ProfilePatch patch, long[]? seen, CancellationToken ct) => UpdateAsync(
        by, seen, "name = coalesce($3, name), time_zone = coalesce($4, time_zone), locale = coalesce($5, locale), currency = coalesce($6, currency)", ct,
        Sql.Text(patch.Name?.Trim()), Sql.Text(patch.TimeZone), Sql.Text(TenantInputs.Locale(patch.Locale)), Sql.Text(patch.Currency));

    public Task<Tenant?> SetHoursAsync(Caller by, HoursText? hours, long[]? seen, CancellationToken ct) =>
        UpdateAsync(by, seen, "opening_hours = $3", ct, Sql.Json(hours?.ToJson()));

    /// <summary>What an edit of the profile changed. A business's name is no person's.</summary>
    internal static IReadOnlyList<FieldChange> Changes(Tenant before, Tenant after) => FieldChange.Between(Told(before), Told(after), "name", "timeZone", "locale", "currency");

    private static object Told(Tenant tenant) => new
    {
        tenant.Name, tenant.TimeZone, tenant.Locale, tenant.Currency, openingHours = tenant.OpeningHours is null ? null : HoursText.Of(tenant.OpeningHours),
    };

    private async Task<Tenant?> UpdateAsync(Caller by, long[]? seen, string set, CancellationToken ct, params NpgsqlParameter[] values)
    {
        var session = database.For(by.Tenant);
        await using var transaction = await session.BeginAsync(ct);
        var before = TenantRows.AppendRead(session, locked: true);
        var changed = session.Add(
            $"update platform.tenants set {set}, version = version + 1 where tenant_id = $1 and ($2::bigint[] is null or version = any ($2))",
            [Sql.Uuid(by.Tenant.Value), Sql.Longs(seen), .. values]);
        var now = TenantRows.AppendRead(session);
        await session.SendAsync(ct);
        if (changed.Value == 0)
        {
            return null;
        }

        session.Record(new TenantChanged(by.Tenant.Value, by.Id, Changes(before.Value!, now.Value!)));
        await transaction.CommitAsync(ct);
        return now.Value;
    }
}
