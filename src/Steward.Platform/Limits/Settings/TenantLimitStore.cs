using System.Text.Json;
using Steward.Platform.Events;
using Steward.Platform.Events.Records;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Limits.Settings;

/// <summary>What is stored of one tenant's limits.</summary>
internal sealed record StoredLimits(LimitValues Granted, LimitValues Own, long Version);

/// <summary>Reads and changes what operators grant and tenants set. A change is in force here at once and on other nodes within seconds.</summary>
internal sealed class TenantLimitStore(Database database, TenantLimits limits)
{
    private const string Read = "select granted::text, own::text, version from platform.tenant_limits";

    public async Task<StoredLimits> FindAsync(TenantId tenant, CancellationToken ct)
    {
        var session = database.For(tenant);
        var found = AppendRead(session, Read);
        await session.SendAsync(ct);
        return found.Value ?? new StoredLimits(new LimitValues(), new LimitValues(), 0);
    }

    /// <summary>Replaces the tenant's own values. The fault, when they go beyond what is granted; null limits when another edit came between.</summary>
    public Task<(StoredLimits? Limits, string? Fault)> SetOwnAsync(TenantId tenant, LimitValues own, long[]? seen, CancellationToken ct) =>
        SetAsync(tenant, stored => LimitRules.OwnFault(own, LimitRules.Ceilings(stored.Granted, limits.Installation)), granting: false, own, seen, ct);

    /// <summary>Replaces what the tenant's operator grants. Own values above it stay stored and count only up to it.</summary>
    public Task<(StoredLimits? Limits, string? Fault)> GrantAsync(TenantId tenant, LimitValues granted, long[]? seen, CancellationToken ct) =>
        SetAsync(tenant, _ => LimitRules.GrantedFault(granted), granting: true, granted, seen, ct);

    private static Pending<StoredLimits?> AppendRead(TenantSession session, string sql) => session.One(
        sql, static row => new StoredLimits(TenantLimits.Parse(row.GetString(0)), TenantLimits.Parse(row.GetString(1)), row.GetInt32(2)));

    private async Task<(StoredLimits? Limits, string? Fault)> SetAsync(
        TenantId tenant, Func<StoredLimits, string?> check, bool granting, LimitValues values, long[]? seen, CancellationToken ct)
    {
        var session = database.For(tenant);
        await using var transaction = await session.BeginAsync(ct);
        session.Add("insert into platform.tenant_limits (tenant_id, version) values (current_setting('steward.tenant')::uuid, 0) on conflict do nothing");
        var found = AppendRead(session, Read + " for update");
        await session.SendAsync(ct);
        var stored = found.Value!;
        if (check(stored) is { } fault)
        {
            return (stored, fault);
        }

        if (seen is not null && !seen.Contains(stored.Version))
        {
            return (null, null);
        }

        session.Add(
            $"update platform.tenant_limits set {(granting ? "granted" : "own")} = $1, version = version + 1, changed_at = clock_timestamp()",
            Sql.Json(JsonSerializer.Serialize(values, TenantLimits.Json)));
        session.Record(granting
            ? new SettingsChanged(tenant.Value, "granted_limits", FieldChange.Between(stored.Granted, values))
            : new SettingsChanged(tenant.Value, "limits", FieldChange.Between(stored.Own, values)));
        var after = AppendRead(session, Read);
        await transaction.CommitAsync(ct);
        await limits.AnnounceAsync(CancellationToken.None);
        return (after.Value, null);
    }
}
