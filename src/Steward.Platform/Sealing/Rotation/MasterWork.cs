using System.Xml.Linq;
using Npgsql;
using Steward.Platform.Access.DataProtection;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Sealing.Rotation;

/// <summary>Moves everything that a master key wraps under the current one. Every update is conditional on what was read, so it may run twice.</summary>
internal sealed class MasterWork(Database database, MasterKeys masters, KeyWatch watch, RotationRows rows)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    /// <summary>Makes the first key given the current one, when every living node was given it too.</summary>
    public async Task SwitchAsync(TimeProvider time, CancellationToken ct)
    {
        var known = await MasterKeyStart.ReadAsync(database, ct);
        var wanted = known.Single(row => row.Proof.AsSpan().SequenceEqual(masters.Given[0].Check));
        if (!wanted.IsCurrent)
        {
            await RefuseUnknowingAsync(wanted, ct);
            await MakeCurrentAsync(wanted, ct);
        }

        await watch.LookAsync(ct);
        var generation = (await database.DispatchAsync("select generation from platform.key_state", row => row.GetInt64(0), ct))[0];
        while (!await rows.AllKnowAsync(generation, ct))
        {
            await Task.Delay(Look, time, ct);
            await watch.LookAsync(ct);
        }
    }

    /// <summary>Wraps all keys by the current master key; returns how many were wrapped otherwise.</summary>
    public async Task<int> RewrapAsync(CancellationToken ct)
    {
        await watch.LookAsync(ct);
        var wrapped = await RewrapSecretsAsync(ct) + await RewrapDataProtectionAsync(ct);
        for (var after = Guid.Empty; ;)
        {
            var tenants = await database.DispatchAsync(
                "select tenant_id from platform.tenants_wrapped_otherwise($1, $2, 100)", row => row.GetGuid(0), ct, Sql.Int(masters.Current), Sql.Uuid(after));
            foreach (var tenant in tenants)
            {
                wrapped += await RewrapTenantAsync(new TenantId(tenant), ct);
            }

            if (tenants.Count == 0)
            {
                return wrapped;
            }

            after = tenants[^1];
        }
    }

    private async Task MakeCurrentAsync(MasterKeyRow wanted, CancellationToken ct)
    {
        await using var connection = await database.Source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        foreach (var sql in (string[])[
            "update platform.master_keys set is_current = false where is_current and number <> $1",
            "update platform.master_keys set is_current = true where number = $1",
            "update platform.installation set master_key_check = (select proof from platform.master_keys where number = $1)"])
        {
            await using var command = new NpgsqlCommand(sql, connection, transaction) { Parameters = { Sql.Int(wanted.Number) } };
            await command.ExecuteNonQueryAsync(ct);
        }

        await using (var changed = new NpgsqlCommand("select platform.keys_changed(null)", connection, transaction))
        {
            await changed.ExecuteScalarAsync(ct);
        }

        await transaction.CommitAsync(ct);
    }

    private async Task RefuseUnknowingAsync(MasterKeyRow wanted, CancellationToken ct)
    {
        var without = (await database.DispatchAsync(
            "select count(*) from platform.key_nodes where seen_at > clock_timestamp() - $2 and not ($1 = any (masters))",
            row => row.GetInt64(0), ct, Sql.Int(wanted.Number), Sql.Interval(KeyWatch.Dead)))[0];
        if (without > 0)
        {
            throw new KeyRotationException(
                $"{without} running nodes were not given master key number {wanted.Number} (fingerprint {MasterKey.FingerprintOf(wanted.Proof)}). Restart every node with both keys first, then rotate.");
        }
    }

    private async Task<int> RewrapTenantAsync(TenantId tenant, CancellationToken ct)
    {
        var read = database.For(tenant);
        var keys = read.Many(TenantSealing.Columns + "(select current_setting('steward.tenant')::uuid) and master is distinct from $1", TenantSealing.Map, Sql.Int(masters.Current));
        await read.SendAsync(ct);
        var write = database.For(tenant);
        foreach (var key in keys.Value)
        {
            var purpose = TenantSealing.Purpose(tenant, key.Purpose, key.Number);
            var (wrapped, master) = masters.Wrap(masters.Unwrap(key.Wrapped, purpose, key.Master), purpose);
            write.Add(
                "update platform.tenant_keys set wrapped = $3, master = $4 where tenant_id = (select current_setting('steward.tenant')::uuid) and purpose = $1 and number = $2 and wrapped = $5",
                Sql.Text(key.Purpose), Sql.Int(key.Number), Sql.Bytes(wrapped), Sql.Int(master), Sql.Bytes(key.Wrapped));
        }

        await write.SendAsync(ct);
        return keys.Value.Count;
    }

    private async Task<int> RewrapSecretsAsync(CancellationToken ct)
    {
        var secrets = await database.DispatchAsync(
            "select purpose, wrapped, master from platform.installation_secrets where master <> $1",
            row => (Purpose: row.GetString(0), Wrapped: row.GetFieldValue<byte[]>(1), Master: row.GetInt32(2)), ct, Sql.Int(masters.Current));
        foreach (var secret in secrets)
        {
            var (wrapped, master) = masters.Wrap(masters.Unwrap(secret.Wrapped, secret.Purpose, secret.Master), secret.Purpose);
            await database.DispatchAsync(
                "update platform.installation_secrets set wrapped = $2, master = $3 where purpose = $1 and wrapped = $4 returning 1",
                _ => 0, ct, Sql.Text(secret.Purpose), Sql.Bytes(wrapped), Sql.Int(master), Sql.Bytes(secret.Wrapped));
        }

        return secrets.Count;
    }

    private async Task<int> RewrapDataProtectionAsync(CancellationToken ct)
    {
        var keys = await database.DispatchAsync(
            "select name, xml from platform.data_protection_keys where master is distinct from $1", row => (Name: row.GetString(0), Xml: row.GetString(1)), ct, Sql.Int(masters.Current));
        foreach (var (name, xml) in keys)
        {
            var element = XElement.Parse(xml);
            WrappedElement.Rewrap(element, masters);
            await database.DispatchAsync(
                "update platform.data_protection_keys set xml = $2, master = $3 where name = $1 and xml = $4 returning 1",
                _ => 0, ct, Sql.Text(name), Sql.Text(element.ToString(SaveOptions.DisableFormatting)), Sql.Int(masters.Current), Sql.Text(xml));
        }

        return keys.Count;
    }
}
