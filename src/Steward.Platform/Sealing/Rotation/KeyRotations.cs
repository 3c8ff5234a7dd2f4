using Steward.Platform.Events;
using Steward.Platform.Events.Records;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Sealing.Rotation;

internal sealed class KeyRotations(Database database, MasterKeys masters, RotationRows rows, MasterWork master, TimeProvider time) : IKeyRotations
{
    public async Task<DataKeyRotation> RotateDataKeyAsync(TenantId tenant, CancellationToken ct)
    {
        switch (await rows.FindAsync(tenant, ct))
        {
            case null or { State: "done" }:
                await RecordAsync(tenant, "data", ct);
                await rows.AskAsync(tenant, ct);
                break;
            case { State: "blocked" } blocked:
                await RecordAsync(tenant, "data", ct);
                await rows.StoreAsync(tenant, blocked with { State = "sealing", Pass = blocked.Pass + 1, Store = null, Place = null, PassRows = 0, PassBusy = 0, PassBroken = 0 }, ct);
                break;
        }

        return (await FindAsync(tenant, ct))!;
    }

    public async Task<DataKeyRotation?> FindAsync(TenantId tenant, CancellationToken ct)
        => await rows.FindAsync(tenant, ct) is { } row
            ? new DataKeyRotation(tenant, row.Number, row.State, row.Pass, row.Store, row.Rows, row.PassBroken, row.StartedAt, row.FinishedAt)
            : null;

    public async Task<MasterKeyRotation> RotateMasterKeyAsync(CancellationToken ct)
    {
        await RecordAsync(TenantId.Installation, "master", ct);
        await master.SwitchAsync(time, ct);
        var wrapped = await master.RewrapAsync(ct);
        var used = await MasterKeysAsync(ct);
        var current = used.Single(key => key.IsCurrent);
        return new(current.Number, current.Fingerprint, wrapped, [.. used.Where(key => !key.IsCurrent && key.Keys == 0).Select(key => key.Number)]);
    }

    private async Task RecordAsync(TenantId owner, string kind, CancellationToken ct)
    {
        var session = database.For(owner);
        session.Record(new KeyRotationAsked(owner.Value, kind));
        await session.SendAsync(ct);
    }

    public async Task<IReadOnlyList<MasterKeyUse>> MasterKeysAsync(CancellationToken ct)
    {
        var use = await MasterKeyStart.UseAsync(database, ct);
        return [.. (await MasterKeyStart.ReadAsync(database, ct)).Select(row => new MasterKeyUse(
            row.Number, MasterKey.FingerprintOf(row.Proof), row.IsCurrent, masters.Numbers.Contains(row.Number), use.GetValueOrDefault(row.Number)))];
    }
}
