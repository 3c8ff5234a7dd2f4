using Npgsql;
using Steward.Platform.Access;
using Steward.Platform.Events;
using Steward.Platform.Events.Records;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Masking.Settings;

/// <summary>A tenant's setting and its version; version 0 was never set.</summary>
internal sealed record MaskingSetting(MaskingScope Scope, long Version);

/// <summary>The setting of each tenant, kept for some seconds.</summary>
internal sealed class TenantMasking(Database database, TimeProvider time) : IMasking
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(5);
    private readonly TimedCache<TenantId, (TenantId Tenant, MaskingScope Scope)> _known = new(time, capacity: 50_000);

    public async ValueTask<MaskingScope> ScopeAsync(TenantId tenant, CancellationToken ct)
    {
        if (_known.TryGet(tenant, out var known))
        {
            return known.Scope;
        }

        var readAt = _known.Generation;
        var scope = (await ReadAsync(tenant, ct)).Scope;
        _known.Set(tenant, (tenant, scope), Lifetime, readAt);
        return scope;
    }

    public async ValueTask<MaskedTurn?> ForModelsAsync(TenantId tenant, KnownPerson known, CancellationToken ct) =>
        await SurelyAsync(tenant, ct) == MaskingScope.Off ? null : new MaskedTurn(known);

    public async ValueTask<MaskedTurn?> ForExportAsync(TenantId tenant, KnownPerson known, CancellationToken ct) =>
        await SurelyAsync(tenant, ct) == MaskingScope.ModelsAndExports ? new MaskedTurn(known) : null;

    public async Task<MaskingSetting> ReadAsync(TenantId tenant, CancellationToken ct)
    {
        var session = database.For(tenant);
        var row = session.One(
            "select scope, version from platform.masking where tenant_id = (select current_setting('steward.tenant')::uuid)",
            row => new MaskingSetting(MaskingScopes.Parse(row.GetString(0)) ?? MaskingScope.ModelsAndExports, row.GetInt32(1)));
        await session.SendAsync(ct);
        return row.Value ?? new MaskingSetting(MaskingScope.Off, 0);
    }

    /// <summary>Null when the setting has another version than those expected.</summary>
    public async Task<MaskingSetting?> WriteAsync(TenantId tenant, MaskingScope scope, long[]? expected, CancellationToken ct)
    {
        var session = database.For(tenant);
        await using var transaction = await session.BeginAsync(ct);
        var version = session.One(
            """
            insert into platform.masking as m (tenant_id, scope)
            select (select current_setting('steward.tenant')::uuid), $1
            where $2::bigint[] is null or 0 = any($2) or exists (select from platform.masking o where o.tenant_id = (select current_setting('steward.tenant')::uuid))
            on conflict (tenant_id) do update set scope = excluded.scope, version = m.version + 1, updated_at = now()
            where $2::bigint[] is null or m.version = any($2)
            returning version
            """,
            row => (long?)row.GetInt32(0), Sql.Text(MaskingScopes.NameOf(scope)), Sql.Longs(expected));
        await session.SendAsync(ct);
        if (version.Value is not { } written)
        {
            return null;
        }

        session.Record(new MaskingChanged(tenant.Value, MaskingScopes.NameOf(scope)));
        session.AfterCommit(() => _known.RemoveWhere(entry => entry.Tenant == tenant));
        await transaction.CommitAsync(ct);
        return new MaskingSetting(scope, written);
    }

    private async ValueTask<MaskingScope> SurelyAsync(TenantId tenant, CancellationToken ct)
    {
        try
        {
            return await ScopeAsync(tenant, ct);
        }
        catch (NpgsqlException failure)
        {
            throw new MaskingFailedException(failure);
        }
    }
}

/// <summary>The names of the scopes.</summary>
internal static class MaskingScopes
{
    public static string NameOf(MaskingScope scope) => scope switch
    {
        MaskingScope.Off => "off",
        MaskingScope.Models => "models",
        _ => "models+exports",
    };

    public static MaskingScope? Parse(string? name) => name switch
    {
        "off" => MaskingScope.Off,
        "models" => MaskingScope.Models,
        "models+exports" => MaskingScope.ModelsAndExports,
        _ => null,
    };
}
