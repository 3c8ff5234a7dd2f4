using Steward.Platform.Files.Stores;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Files.Storing;

/// <summary>Erases a tenant's bytes from stores outside the database; those in it go with its rows.</summary>
internal sealed class FileErasure(Database database, BlobStores stores) : ITenantEraser
{
    private const int Portion = 200;

    public async Task EraseAsync(TenantId tenant, CancellationToken ct)
    {
        for (var after = Guid.Empty; ;)
        {
            var session = database.For(tenant);
            var found = session.BlobsOutside(PostgresBlobStore.StoreName, after, Portion);
            await session.SendAsync(ct);
            foreach (var (blob, store) in found.Value)
            {
                await stores.Named(store).DeleteAsync(new BlobAddress(tenant, blob, store), ct);
            }

            if (found.Value.Count < Portion)
            {
                return;
            }

            after = found.Value[^1].Blob;
        }
    }
}
