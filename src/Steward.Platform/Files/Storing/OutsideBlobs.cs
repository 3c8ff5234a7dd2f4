using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Steward.Platform.Files.Stores;
using Steward.Platform.Postgres;
using Steward.Platform.Sealing;
using Steward.Platform.Sealing.Rotation;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Files.Storing;

/// <summary>
/// Seals bytes outside the database again. An object is not changed in part: it is written once more as a blob of its own, and the files are
/// put on that one in one transaction. Until then the old bytes serve; afterwards they are the sweep's. Killed at any moment there is one or the other,
/// and what was written in vain is staged bytes that the sweep removes.
/// </summary>
internal sealed partial class OutsideBlobs(Database database, ISealing sealing, BlobStores stores, FileSettings settings, TimeProvider time, ILogger<OutsideBlobs> log) : ISealedStore
{
    private DateTimeOffset _awayUntil;

    public string Name => "objects";

    public async Task<ResealStep> ResealAsync(TenantId tenant, string? place, CancellationToken ct)
    {
        var sealer = await sealing.ForAsync(tenant, ct);
        var session = database.For(tenant);
        var found = session.NextOutside(sealer.Current, OutsidePlace.Of(place));
        await session.SendAsync(ct);
        if (found.Value is not { } blob)
        {
            return new ResealStep(null, 0, 0, 0);
        }

        // Every tenant's bytes are there: one that found it silent asks for all.
        if (time.GetUtcNow() < _awayUntil)
        {
            return ResealStep.NoAnswer(place);
        }

        try
        {
            return await ResealAsync(new BlobAddress(tenant, blob.Place.Blob, blob.Store), blob, sealer, ct);
        }
        catch (FileStoreException failure)
        {
            _awayUntil = time.GetUtcNow() + settings.AwayFor;
            Away(log, failure, blob.Store, blob.Place.Blob);
            return ResealStep.NoAnswer(place);
        }
    }

    private async Task<ResealStep> ResealAsync(BlobAddress was, OutsideBlob blob, TenantSealer sealer, CancellationToken ct)
    {
        var next = blob.Place.ToString();
        var key = await KeyAsync(was, ct);
        if (key >= sealer.Current)
        {
            var session = database.For(was.Tenant);
            session.NoteKey(was.Id, key.Value);
            await session.SendAsync(ct);
            return new ResealStep(next, 0, 0, 0);
        }

        return key is null || await RewriteAsync(was, Chunks.Count(blob.Size), sealer, ct) is not { } swapped
            ? await BrokenAsync(was, next, ct)
            : new ResealStep(next, swapped ? 1 : 0, swapped ? 0 : 1, 0);
    }

    /// <summary>
    /// The key of the first chunk, which no other's is older than: a writer follows the keys upwards. Null when there is no chunk. A store that lets
    /// this small request wait is left for now, so that it does not hold up other tenants.
    /// </summary>
    private async Task<int?> KeyAsync(BlobAddress was, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(settings.AnswerWithin, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, ct);
        try
        {
            await foreach (var chunk in stores.Named(was.Store).ReadAsync(was, 0, 1, linked.Token))
            {
                return TenantSealer.KeyOf(chunk);
            }

            return null;
        }
        catch (OperationCanceledException failure) when (!ct.IsCancellationRequested)
        {
            throw new FileStoreException("The store did not answer in time.", failure);
        }
    }

    /// <summary>Whether the files stand on the new bytes now; null when the old ones do not open.</summary>
    private async Task<bool?> RewriteAsync(BlobAddress was, int count, TenantSealer sealer, CancellationToken ct)
    {
        var store = stores.Named(was.Store);
        var fresh = was with { Id = Guid.CreateVersion7() };
        var session = database.For(was.Tenant);
        session.Stage(fresh, sealer.Current);
        await session.SendAsync(ct);
        try
        {
            await store.WriteAsync(fresh, SealAgainAsync(was, fresh, count, sealer, ct), ct);
            // The old bytes go for good: the end of the new ones is seen first.
            await foreach (var last in store.ReadAsync(fresh, count - 1, 1, ct))
            {
                sealer.OpenBytes(fresh.Chunk(count - 1, last: true), last);
                return await SwapAsync(was, fresh, store, ct);
            }

            throw new FileStoreException("The store does not have what was written to it.");
        }
        catch (SealBrokenException)
        {
            await AbandonAsync(fresh, ct);
            return null;
        }
        catch (FileStoreException)
        {
            await AbandonAsync(fresh, ct);
            throw;
        }
    }

    private async IAsyncEnumerable<byte[]> SealAgainAsync(BlobAddress was, BlobAddress fresh, int count, TenantSealer sealer, [EnumeratorCancellation] CancellationToken ct)
    {
        var store = stores.Named(was.Store);
        for (var ordinal = 0; ordinal < count;)
        {
            var window = Math.Min(store.Window, count - ordinal);
            var end = ordinal + window;
            await foreach (var chunk in store.ReadAsync(was, ordinal, window, ct))
            {
                var last = ordinal == count - 1;
                yield return sealer.SealBytes(fresh.Chunk(ordinal, last), sealer.OpenBytes(was.Chunk(ordinal, last), chunk));
                ordinal++;
            }

            if (ordinal < end)
            {
                throw new SealBrokenException("platform.file_chunks", $"body/{ordinal}");
            }
        }
    }

    private async Task<bool> SwapAsync(BlobAddress was, BlobAddress fresh, IBlobStore store, CancellationToken ct)
    {
        var session = database.For(was.Tenant);
        var swapped = session.Swap(was.Id, fresh.Id);
        await session.SendAsync(ct);
        switch (swapped.Value)
        {
            case "done":
                return true;
            case "lost":
                // Swept or erased while it was written: no row leads the sweep to what came after.
                await store.DeleteAsync(fresh, ct);
                return false;
            default:
                await AbandonAsync(fresh, ct);
                return false;
        }
    }

    /// <summary>Bytes that do not open, unless they were removed while they were looked at.</summary>
    private async Task<ResealStep> BrokenAsync(BlobAddress was, string next, CancellationToken ct)
    {
        var session = database.For(was.Tenant);
        var stored = session.IsStored(was.Id);
        await session.SendAsync(ct);
        return stored.Value ? new ResealStep(next, 0, 0, 1) : new ResealStep(next, 0, 1, 0);
    }

    private async Task AbandonAsync(BlobAddress fresh, CancellationToken ct)
    {
        var session = database.For(fresh.Tenant);
        session.Abandon(fresh.Id);
        await session.SendAsync(ct);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The store {Store} did not give or take blob {Blob}, which is to be sealed again; it is asked later")]
    private static partial void Away(ILogger log, Exception failure, string store, Guid blob);
}
