using System.Text.Json;
using Steward.Platform.Events;
using Steward.Platform.Events.Records;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Retention;

/// <summary>What a tenant set, by class; a null keeps it. Version 0 was never set.</summary>
internal sealed record RetentionSetting(IReadOnlyDictionary<string, int?> Days, long Version)
{
    /// <summary>The days that hold for a class, or null when it is kept. What the bounds do not take any more counts as not set.</summary>
    public int? Of(RetentionBounds bounds) => Days.TryGetValue(bounds.Name, out var set) && bounds.Takes(set) ? set : bounds.Days;
}

/// <summary>The retention times of tenants.</summary>
internal sealed class TenantRetention(Database database)
{
    private const string Tenant = "(select current_setting('steward.tenant')::uuid)";

    /// <summary>The setting, and the database's clock.</summary>
    public async Task<(RetentionSetting Setting, DateTimeOffset Clock)> ReadAsync(TenantId tenant, CancellationToken ct)
    {
        var session = database.For(tenant);
        var row = session.One($"select days::text, version from platform.retention where tenant_id = {Tenant}", row => new RetentionSetting(Parse(row.GetString(0)), row.GetInt32(1)));
        var clock = session.One("select clock_timestamp()", static row => row.GetFieldValue<DateTimeOffset>(0));
        await session.SendAsync(ct);
        return (row.Value ?? new RetentionSetting(new Dictionary<string, int?>(), 0), clock.Value);
    }

    /// <summary>Null when the setting has another version than those expected.</summary>
    public async Task<RetentionSetting?> WriteAsync(TenantId tenant, IReadOnlyDictionary<string, int?> days, long[]? expected, CancellationToken ct)
    {
        var session = database.For(tenant);
        await using var transaction = await session.BeginAsync(ct);
        var version = session.One(
            $"""
            insert into platform.retention as r (tenant_id, days)
            select {Tenant}, $1 where $2::bigint[] is null or 0 = any ($2) or exists (select from platform.retention o where o.tenant_id = {Tenant})
            on conflict (tenant_id) do update set days = excluded.days, version = r.version + 1, updated_at = now()
            where $2::bigint[] is null or r.version = any ($2)
            returning version
            """,
            static row => (long?)row.GetInt32(0), Sql.Json(JsonSerializer.Serialize(days)), Sql.Longs(expected));
        await session.SendAsync(ct);
        if (version.Value is not { } written)
        {
            return null;
        }

        session.Record(new RetentionChanged(tenant.Value, days));
        await transaction.CommitAsync(ct);
        return new RetentionSetting(days, written);
    }

    private static Dictionary<string, int?> Parse(string days) => JsonSerializer.Deserialize<Dictionary<string, int?>>(days) ?? [];
}
