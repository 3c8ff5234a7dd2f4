using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Sealing.Rotation;

/// <summary>The rows of platform.key_rotations, and what the nodes know.</summary>
internal sealed class RotationRows(Database database, TenantSealing sealing)
{
    private const string Mine = "tenant_id = (select current_setting('steward.tenant')::uuid)";

    private const string Generation = "(select generation from platform.key_state)";

    /// <summary>Asks for a rotation. The key is a node's to make: who asks needs no master key.</summary>
    public async Task AskAsync(TenantId tenant, CancellationToken ct)
    {
        var newest = await NewestKeyAsync(tenant, ct);
        var session = database.For(tenant);
        session.Add("insert into platform.key_rotations (tenant_id, number) values (current_setting('steward.tenant')::uuid, $1) on conflict do nothing", Sql.Int(newest + 1));
        await session.SendAsync(ct);
    }

    /// <summary>Makes the new key, which nobody uses yet.</summary>
    public async Task PublishAsync(TenantId tenant, RotationRow rotation, CancellationToken ct)
    {
        var session = database.For(tenant);
        sealing.AppendNewKey(session, "data", rotation.Number, "next");
        session.Add($"update platform.key_rotations set state = 'publishing', generation = {Generation}, changed_at = now() where {Mine} and number = $1", Sql.Int(rotation.Number));
        await session.SendAsync(ct);
    }

    public async Task<RotationRow?> FindAsync(TenantId tenant, CancellationToken ct)
    {
        var session = database.For(tenant);
        var row = session.One(
            $"""
            select number, state, generation, pass, store, place, pass_rows, pass_busy, pass_broken, rows, started_at, finished_at
            from platform.key_rotations where {Mine} order by number desc limit 1
            """,
            r => new RotationRow(
                r.GetInt32(0), r.GetString(1), r.GetInt64(2), r.GetInt32(3), r.IsDBNull(4) ? null : r.GetString(4), r.IsDBNull(5) ? null : r.GetString(5),
                r.GetInt64(6), r.GetInt64(7), r.GetInt64(8), r.GetInt64(9), r.GetFieldValue<DateTimeOffset>(10), r.IsDBNull(11) ? null : r.GetFieldValue<DateTimeOffset>(11)));
        await session.SendAsync(ct);
        return row.Value;
    }

    /// <summary>From here on nodes seal with the new key as soon as they look.</summary>
    public async Task SwitchAsync(TenantId tenant, RotationRow rotation, CancellationToken ct)
    {
        var session = database.For(tenant);
        session.Add($"update platform.tenant_keys set state = 'old' where {Mine} and purpose = 'data' and state = 'current' and number < $1", Sql.Int(rotation.Number));
        session.Add($"update platform.tenant_keys set state = 'current' where {Mine} and purpose = 'data' and state = 'next' and number = $1", Sql.Int(rotation.Number));
        session.Add($"update platform.key_rotations set state = 'switching', generation = {Generation}, changed_at = now() where {Mine} and number = $1", Sql.Int(rotation.Number));
        await session.SendAsync(ct);
    }

    /// <summary>Stores how far it came.</summary>
    public async Task StoreAsync(TenantId tenant, RotationRow now, CancellationToken ct)
    {
        var session = database.For(tenant);
        session.Add(
            $"""
            update platform.key_rotations set state = $2, pass = $3, store = $4, place = $5, pass_rows = $6, pass_busy = $7, pass_broken = $8, rows = $9, changed_at = now()
            where {Mine} and number = $1
            """,
            Sql.Int(now.Number), Sql.Text(now.State), Sql.Int(now.Pass), Sql.Text(now.Store), Sql.Text(now.Place), Sql.Long(now.PassRows), Sql.Long(now.PassBusy),
            Sql.Long(now.PassBroken), Sql.Long(now.Rows));
        await session.SendAsync(ct);
    }

    /// <summary>A whole pass found no row under another key: the old ones rest for a day before they are deleted.</summary>
    public async Task FinishAsync(TenantId tenant, RotationRow rotation, DateTimeOffset at, CancellationToken ct)
    {
        var session = database.For(tenant);
        session.Add(
            $"update platform.tenant_keys set state = 'retired', retired_at = $2 where {Mine} and purpose = 'data' and state = 'old' and number < $1",
            Sql.Int(rotation.Number), Sql.Time(at));
        session.Add(
            $"update platform.key_rotations set state = 'done', store = null, place = null, changed_at = now(), finished_at = $2 where {Mine} and number = $1",
            Sql.Int(rotation.Number), Sql.Time(at));
        await session.SendAsync(ct);
    }

    /// <summary>Deletes keys that were retired before a time, but none that bytes outside the database may carry, written, arriving or out of reach.</summary>
    public async Task DeleteRetiredAsync(TenantId tenant, DateTimeOffset before, CancellationToken ct)
    {
        var session = database.For(tenant);
        session.Add(
            $"delete from platform.tenant_keys where {Mine} and purpose = 'data' and state = 'retired' and retired_at < $1 and number < coalesce(platform.oldest_outside_key(), number + 1)",
            Sql.Time(before));
        await session.SendAsync(ct);
    }

    /// <summary>Whether every living node knows of the generation.</summary>
    public async Task<bool> AllKnowAsync(long generation, CancellationToken ct)
        => (await database.DispatchAsync(
            "select not exists (select from platform.key_nodes where seen_at > clock_timestamp() - $2 and generation < $1)",
            row => row.GetBoolean(0), ct, Sql.Long(generation), Sql.Interval(KeyWatch.Dead)))[0];

    private async Task<int> NewestKeyAsync(TenantId tenant, CancellationToken ct)
    {
        var session = database.For(tenant);
        var newest = session.One($"select max(number) from platform.tenant_keys where {Mine} and purpose = 'data'", row => row.IsDBNull(0) ? (int?)null : row.GetInt32(0));
        await session.SendAsync(ct);
        return newest.Value ?? throw new UnknownTenantException(tenant);
    }
}

/// <summary>A row of platform.key_rotations.</summary>
internal sealed record RotationRow(
    int Number, string State, long Generation, int Pass, string? Store, string? Place, long PassRows, long PassBusy, long PassBroken, long Rows,
    DateTimeOffset StartedAt, DateTimeOffset? FinishedAt)
{
    /// <summary>What a portion of the current store leaves; <paramref name="stores"/> are walked in their order.</summary>
    public RotationRow After(ResealStep step, IReadOnlyList<string> stores)
    {
        var counted = this with
        {
            PassRows = PassRows + step.Resealed, PassBusy = PassBusy + step.Busy, PassBroken = PassBroken + step.Broken, Rows = Rows + step.Resealed, Place = step.Next,
        };
        if (step.Next is not null)
        {
            return counted;
        }

        var at = stores.ToList().IndexOf(Store ?? stores[0]) + 1;
        return at < stores.Count ? counted with { Store = stores[at] } : counted.AfterPass(stores);
    }

    private RotationRow AfterPass(IReadOnlyList<string> stores) => (PassRows + PassBusy, PassBroken) switch
    {
        // Nothing was found: that is the scan by which the old key is let go.
        (0, 0) => this with { State = "done" },
        (0, _) => this with { State = "blocked" },
        _ => this with { Pass = Pass + 1, Store = stores[0], PassRows = 0, PassBusy = 0, PassBroken = 0 },
    };
}
