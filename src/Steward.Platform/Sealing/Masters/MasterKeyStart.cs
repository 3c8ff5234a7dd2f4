using Steward.Platform.Postgres;

namespace Steward.Platform.Sealing;

/// <summary>Compares the master keys given with those the database was sealed under; a start with wrong or missing ones is refused.</summary>
internal static class MasterKeyStart
{
    /// <summary>Numbers the keys given and loads the installation's secrets. Throws <see cref="MasterKeyException"/>, naming the key that is expected.</summary>
    public static async Task VerifyAsync(Database database, MasterKeys keys, InstallationSecrets secrets, CancellationToken ct)
    {
        // The first start makes the first row; two nodes that start together agree on one.
        await database.DispatchAsync(
            """
            with made as (insert into platform.installation (master_key_check) values ($1) on conflict do nothing returning master_key_check)
            insert into platform.master_keys (number, proof, is_current) select 1, master_key_check, true from made on conflict do nothing returning 1
            """,
            _ => 0, ct, Sql.Bytes(keys.Given[0].Check));
        var rows = await ReadAsync(database, ct);
        var current = rows.Single(row => row.IsCurrent);
        if (!keys.Given.Any(key => key.Check.AsSpan().SequenceEqual(current.Proof)))
        {
            throw new MasterKeyException(
                $"The master key is not the one this database was sealed with. Expected is {Name(current)}; given: {Given(keys)}. Start with the right STEWARD_MASTER_KEY (or its file or command).");
        }

        rows = await NumberAsync(database, keys, rows, ct);
        keys.Adopt(rows);
        await RefuseMissingAsync(database, keys, rows, ct);
        await secrets.LoadAsync(ct);
    }

    public static async Task<List<MasterKeyRow>> ReadAsync(Database database, CancellationToken ct)
        => await database.DispatchAsync(
            "select number, proof, is_current from platform.master_keys order by number",
            row => new MasterKeyRow(row.GetInt32(0), row.GetFieldValue<byte[]>(1), row.GetBoolean(2)),
            ct);

    /// <summary>How many keys each master key wraps; number 0 stands for those of an earlier version, which said no number.</summary>
    public static async Task<Dictionary<int, long>> UseAsync(Database database, CancellationToken ct)
        => (await database.DispatchAsync(
            """
            select master, sum(keys)::bigint from (
              select u.master, u.keys from platform.master_key_use() u
              union all select master, 1 from platform.installation_secrets
              union all select coalesce(master, 0), 1 from platform.data_protection_keys) used group by 1
            """,
            row => (Master: row.GetInt32(0), Keys: row.GetInt64(1)),
            ct)).ToDictionary(row => row.Master, row => row.Keys);

    private static async Task<List<MasterKeyRow>> NumberAsync(Database database, MasterKeys keys, List<MasterKeyRow> rows, CancellationToken ct)
    {
        // From the oldest to the wanted one, so that numbers grow with time.
        foreach (var key in keys.Given.Reverse().Where(key => !rows.Exists(row => row.Proof.AsSpan().SequenceEqual(key.Check))))
        {
            await database.DispatchAsync(
                "insert into platform.master_keys (number, proof) select max(number) + 1, $1 from platform.master_keys on conflict do nothing returning 1",
                _ => 0, ct, Sql.Bytes(key.Check));
        }

        return await ReadAsync(database, ct);
    }

    private static async Task RefuseMissingAsync(Database database, MasterKeys keys, List<MasterKeyRow> rows, CancellationToken ct)
    {
        foreach (var (master, count) in await UseAsync(database, ct))
        {
            if (master != 0 && !keys.Numbers.Contains(master))
            {
                throw new MasterKeyException(
                    $"{count} keys are still wrapped by master {Name(rows.Single(row => row.Number == master))}, which was not given; given: {Given(keys)}. "
                    + "Add it after the new one in STEWARD_MASTER_KEY (or its file or command) until the rotation is done.");
            }
        }
    }

    private static string Name(MasterKeyRow row) => $"key number {row.Number} (fingerprint {MasterKey.FingerprintOf(row.Proof)})";

    private static string Given(MasterKeys keys) => string.Join(", ", keys.Given.Select(key => "fingerprint " + key.Fingerprint));
}
