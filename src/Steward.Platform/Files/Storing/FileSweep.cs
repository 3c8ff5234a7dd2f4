using Microsoft.Extensions.Logging;
using Steward.Platform.Files.Stores;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Files.Storing;

/// <summary>Removes bytes that no file stands on: of removed files, of uploads that were broken off, of content that was here already.</summary>
internal sealed partial class FileSweep(Database database, BlobStores stores, FileSettings settings, ILogger<FileSweep> log)
{
    private const int Portion = 200;

    /// <summary>Goes over all of it once. What a store does not delete now stays for the next time.</summary>
    public async Task SweepAsync(CancellationToken ct)
    {
        for (var after = Guid.Empty; ;)
        {
            var found = await database.DispatchAsync(
                "select tenant_id, blob_id from platform.file_blobs_to_sweep($1, $2, $3)", row => (Tenant: new TenantId(row.GetGuid(0)), Blob: row.GetGuid(1)), ct,
                Sql.Uuid(after), Sql.Interval(settings.StagedFor), Sql.Int(Portion));
            foreach (var (tenant, blob) in found)
            {
                await RemoveAsync(tenant, blob, ct);
            }

            if (found.Count < Portion)
            {
                return;
            }

            after = found[^1].Blob;
        }
    }

    /// <summary>Removes the bytes of one blob, if no file stands on them.</summary>
    internal async Task RemoveAsync(TenantId tenant, Guid blob, CancellationToken ct)
    {
        var session = database.For(tenant);
        var store = session.Condemn(blob, settings.StagedFor);
        await session.SendAsync(ct);
        if (store.Value is not { } name)
        {
            return;
        }

        try
        {
            await stores.Named(name).DeleteAsync(new BlobAddress(tenant, blob, name), ct);
        }
        catch (FileStoreException failure)
        {
            Stayed(log, blob, name, failure.GetType().Name);
            return;
        }

        session.Forget(blob);
        await session.SendAsync(ct);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Bytes of blob {Blob} in the store {Store} could not be deleted ({Failure}); the next sweep tries again")]
    private static partial void Stayed(ILogger log, Guid blob, string store, string failure);
}
