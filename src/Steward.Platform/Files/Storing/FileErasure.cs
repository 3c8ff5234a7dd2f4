using Steward.Platform.Erasing;
using Steward.Platform.Files.Stores;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Files.Storing;

/// <summary>Erases the files that belong to contacts and conversations, and a tenant's bytes in stores outside the database; those in it go with its rows.</summary>
internal sealed class FileErasure(Database database, BlobStores stores, FileSweep sweep, EventErasure events) : IEraser
{
    private const int Portion = 200;

    public string Room => "platform";

    public async Task EraseAsync(ErasedSubjects subjects, CancellationToken ct)
    {
        int found;
        do
        {
            var session = database.For(subjects.Tenant);
            var files = session.FilesAbout(subjects.Ids, Portion);
            await session.SendAsync(ct);
            found = files.Value.Count;
            await DropAsync(subjects.Tenant, files.Value, ct);
        }
        while (found == Portion);
    }

    public async Task EraseTenantAsync(TenantId tenant, CancellationToken ct)
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

    /// <summary>Drops files with the events about them, then the bytes that no other file stands on. Bytes that a store does not delete now go with the next sweep.</summary>
    internal async Task DropAsync(TenantId tenant, IReadOnlyList<FileToDrop> files, CancellationToken ct)
    {
        if (files.Count == 0)
        {
            return;
        }

        await events.EraseOfFilesAsync(tenant, [.. files.Select(static file => file.Id)], ct);
        var session = database.For(tenant);
        foreach (var file in files)
        {
            session.One("select platform.drop_file($1, $2)", static row => row.GetBoolean(0), Sql.Uuid(file.Id), Sql.Text(file.Purpose));
        }

        await session.SendAsync(ct);
        foreach (var blob in files.Select(static file => file.Blob).Distinct())
        {
            await sweep.RemoveAsync(tenant, blob, ct);
        }
    }
}

/// <summary>A file to be dropped.</summary>
internal sealed record FileToDrop(Guid Id, string Purpose, Guid Blob);
