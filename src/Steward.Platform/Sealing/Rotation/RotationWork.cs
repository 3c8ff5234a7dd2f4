using System.Diagnostics.Metrics;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Steward.Platform.Postgres;
using Steward.Platform.Schedules;
using Steward.Platform.Telemetry;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Sealing.Rotation;

/// <summary>
/// Moves rotations on, a few seconds at a time, on one node of the installation. Everything it knows is in rows: killed between any two
/// statements, the next node goes on.
/// </summary>
internal sealed partial class RotationWork(
    Database database, RotationRows rows, KeyWatch watch, IEnumerable<ISealedStore> registered, IEnumerable<SealedTable> tables, ISealing sealing, TimeProvider time, ILogger<RotationWork> log)
{
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Rest = TimeSpan.FromDays(1);
    private static readonly Counter<long> Resealed = StewardTelemetry.Meter.CreateCounter<long>("steward.keys.resealed", description: "Rows sealed again under a new data key.");

    private readonly Dictionary<string, ISealedStore> _stores = registered
        .Concat(tables.Select(table => new TableStore(table, database, sealing)))
        .OrderBy(store => store is not TableStore).ThenBy(store => store.Name, StringComparer.Ordinal).ToDictionary(store => store.Name);

    /// <summary>The names of the stores, in the order of the walk: tables first, since others may not answer.</summary>
    public IReadOnlyList<string> Stores => [.. _stores.Keys];

    /// <summary>Works on what there is for a few seconds; the schedule calls it again.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        var failures = new Failures();
        var tenants = await database.DispatchAsync("select tenant_id from platform.rotating_tenants()", row => new TenantId(row.GetGuid(0)), ct);
#pragma warning disable CA5394 // Nothing is guessed from it: whoever finds a store silent is not always the first to ask.
        Random.Shared.Shuffle(CollectionsMarshal.AsSpan(tenants));
#pragma warning restore CA5394
        foreach (var tenant in tenants)
        {
            var started = time.GetTimestamp();
            await failures.KeepAsync(
                async () =>
                {
                    while (time.GetElapsedTime(started) < Turn / tenants.Count && await StepAsync(tenant, ct))
                    {
                    }
                },
                failure => Failed(log, failure, tenant));
        }

        foreach (var tenant in await database.DispatchAsync(
            "select tenant_id from platform.tenants_with_retired_keys($1)", row => new TenantId(row.GetGuid(0)), ct, Sql.Time(time.GetUtcNow() - Rest)))
        {
            await failures.KeepAsync(() => DeleteRetiredAsync(tenant, ct), failure => Failed(log, failure, tenant));
        }

        failures.ThrowIfAny();
    }

    /// <summary>One step; false when there is nothing to do for now.</summary>
    internal async Task<bool> StepAsync(TenantId tenant, CancellationToken ct)
    {
        switch (await rows.FindAsync(tenant, ct))
        {
            case { State: "asked" } asked:
                await rows.PublishAsync(tenant, asked, ct);
                return true;
            case { State: "publishing" } published when await KnownAsync(published, ct):
                await rows.SwitchAsync(tenant, published, ct);
                return true;
            case { State: "switching" } switched when await KnownAsync(switched, ct):
                await rows.StoreAsync(tenant, switched with { State = "sealing", Store = Stores[0] }, ct);
                return true;
            case { State: "sealing" or "waiting" } at:
                return await ResealAsync(tenant, at, ct);
            default:
                return false;
        }
    }

    private async Task<bool> KnownAsync(RotationRow rotation, CancellationToken ct)
    {
        await watch.LookAsync(ct);
        return await rows.AllKnowAsync(rotation.Generation, ct);
    }

    private async Task<bool> ResealAsync(TenantId tenant, RotationRow at, CancellationToken ct)
    {
        var started = time.GetTimestamp();
        // A store of an earlier version that is gone: its place in the order decides where to go on.
        var store = _stores.GetValueOrDefault(at.Store ?? "") ?? _stores.Values.FirstOrDefault(other => string.CompareOrdinal(other.Name, at.Store) > 0) ?? _stores[Stores[0]];
        var step = await store.ResealAsync(tenant, at.Place, ct);
        if (step.IsAway)
        {
            if (at.State != "waiting")
            {
                await rows.StoreAsync(tenant, at with { State = "waiting", Store = store.Name }, ct);
                Waiting(log, tenant.Value, store.Name);
            }

            return false;
        }

        Resealed.Add(step.Resealed);
        var next = (at with { State = "sealing", Store = store.Name }).After(step, Stores);
        if (next.State == "done")
        {
            await rows.FinishAsync(tenant, next, time.GetUtcNow(), ct);
            Finished(log, tenant.Value, next.Number, next.Rows);
            return false;
        }

        await rows.StoreAsync(tenant, next, ct);
        if (next.State == "blocked")
        {
            Blocked(log, tenant.Value, next.PassBroken);
            return false;
        }

        if (step.Resealed > 0)
        {
            // Half of the time belongs to everybody else.
            await Task.Delay(time.GetElapsedTime(started), time, ct);
        }

        return true;
    }

    /// <summary>Once more nothing is found under the retired key, or it is not deleted.</summary>
    private async Task DeleteRetiredAsync(TenantId tenant, CancellationToken ct)
    {
        // Those outside first: one that does not answer ends the scan before it reads any table.
        foreach (var store in _stores.Values.Reverse())
        {
            string? place = null;
            do
            {
                var step = await store.ResealAsync(tenant, place, ct);
                if (step.IsAway || step.Resealed + step.Busy + step.Broken > 0)
                {
                    return;
                }

                place = step.Next;
            }
            while (place is not null);
        }

        await rows.DeleteRetiredAsync(tenant, time.GetUtcNow() - Rest, ct);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The change of keys of tenant {Tenant} failed; it is tried again")]
    private static partial void Failed(ILogger log, Exception failure, TenantId tenant);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The change of the data key of tenant {Tenant} waits: the store {Store} does not answer")]
    private static partial void Waiting(ILogger log, Guid tenant, string store);

    [LoggerMessage(Level = LogLevel.Information, Message = "Data key {Number} of tenant {Tenant} seals everything now; {Rows} rows were sealed again")]
    private static partial void Finished(ILogger log, Guid tenant, int number, long rows);

    [LoggerMessage(Level = LogLevel.Error, Message = "The change of the data key of tenant {Tenant} is blocked: {Rows} rows open with none of its keys. The old key stays")]
    private static partial void Blocked(ILogger log, Guid tenant, long rows);
}
