using System.Runtime.CompilerServices;
using Steward.Platform.Files.Stores;
using Steward.Platform.Postgres;
using Steward.Platform.Sealing;
using Steward.Platform.Sealing.Rotation;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Files.Storing;

/// <summary>
/// Seals again what lies in stores outside the database. An object is replaced whole under its own name, which such stores do at once; a
/// reader that is half way finds the same chunks in the same places.
/// </summary>
internal sealed class SealedObjects(Database database, BlobStores stores, ISealing sealing) : ISealedStore
{
    /// <summary>Objects looked at for one portion.</summary>
    private const int Looks = 20;

    public string Name => "platform.file_objects";

    public async Task<ResealStep> ResealAsync(TenantId tenant, string? place, CancellationToken ct)
    {
        var session = database.For(tenant);
        var found = session.BlobsOutside(PostgresBlobStore.StoreName, place is null ? Guid.Empty : Guid.Parse(place), Looks, onlyStored: true);
        await session.SendAsync(ct);
        foreach (var (id, storeName) in found.Value)
        {
            var blob = new BlobAddress(tenant, id, storeName);
            if (await TryAsync(blob, ct) is { } sealedAgain)
            {
                // One object for a portion: it may be large.
                return new ResealStep(id.ToString("D"), sealedAgain ? 1 : 0, 0, sealedAgain ? 0 : 1);
            }
        }

        return new ResealStep(found.Value.Count == Looks ? found.Value[^1].Blob.ToString("D") : null, 0, 0, 0);
    }

    /// <summary>Null when there is nothing to do: the first chunk was sealed first, so it carries the oldest key of them all. False when it opens with no key.</summary>
    private async Task<bool?> TryAsync(BlobAddress blob, CancellationToken ct)
    {
        var store = stores.Named(blob.Store);
        var current = TenantSealer.Header((await sealing.ForAsync(blob.Tenant, ct)).Current);
        await using (var first = store.ReadAsync(blob, 0, 1, ct).GetAsyncEnumerator(ct))
        {
            if (!await first.MoveNextAsync() || first.Current.AsSpan().StartsWith(current))
            {
                return null;
            }
        }

        var session = database.For(blob.Tenant);
        var size = session.SizeOf(blob.Id);
        await session.SendAsync(ct);
        if (size.Value is not { } bytes)
        {
            return null;
        }

        try
        {
            await store.WriteAsync(blob, ResealAsync(store, blob, Chunks.Count(bytes), ct), ct);
        }
        catch (SealBrokenException)
        {
            return false;
        }

        await RemoveIfGoneAsync(store, blob, ct);
        return true;
    }

    private async IAsyncEnumerable<byte[]> ResealAsync(IBlobStore store, BlobAddress blob, int count, [EnumeratorCancellation] CancellationToken ct)
    {
        var ordinal = 0;
        for (var from = 0; from < count; from += store.Window)
        {
            await foreach (var chunk in store.ReadAsync(blob, from, Math.Min(store.Window, count - from), ct))
            {
                var sealer = await sealing.ForAsync(blob.Tenant, ct);
                var field = blob.Chunk(ordinal, last: ++ordinal == count);
                yield return sealer.SealBytes(field, sealer.OpenBytes(field, chunk));
            }
        }

        if (ordinal != count)
        {
            // Never replaced by less than there should be.
            throw new SealBrokenException("platform.file_objects", "body");
        }
    }

    /// <summary>The file may have been removed and its object deleted while it was written again.</summary>
    private async Task RemoveIfGoneAsync(IBlobStore store, BlobAddress blob, CancellationToken ct)
    {
        var session = database.For(blob.Tenant);
        var size = session.SizeOf(blob.Id);
        await session.SendAsync(ct);
        if (size.Value is null)
        {
            await store.DeleteAsync(blob, ct);
        }
    }
}
