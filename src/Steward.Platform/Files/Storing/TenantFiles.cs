using System.Runtime.CompilerServices;
using Npgsql;
using Steward.Platform.Events;
using Steward.Platform.Events.Records;
using Steward.Platform.Files.Naming;
using Steward.Platform.Files.Sniffing;
using Steward.Platform.Files.Stores;
using Steward.Platform.Postgres;
using Steward.Platform.Sealing;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Files.Storing;

/// <summary>Files over the configured store.</summary>
internal sealed class TenantFiles(Database database, ISealing sealing, BlobStores stores, IStorageQuota quota, StorageDemand demand, FileSettings settings, TimeProvider time) : IFiles
{
    /// <summary>What <c>platform.keep_file</c> raises when the sweep was there before.</summary>
    private const string BytesGone = "FI001";

    public async Task<StagedFile> StageAsync(TenantId tenant, Stream content, NewFile file, CancellationToken ct)
    {
        var max = Math.Min(Math.Min(file.MaxBytes ?? settings.MaxBytes, settings.MaxBytes), quota.MostOfOne(tenant) ?? long.MaxValue);
        using var reader = new UploadReader(content, max, await quota.RoomAsync(tenant, ct) + file.Freed);
        await reader.BeginAsync(ct);
        // Refused by its first bytes: nothing was stored yet.
        var type = MediaTypes.Decide(MediaSniffer.Sniff(reader.Chunk.Span), file.DeclaredType, file.Types);
        var store = stores.ForNew;
        var blob = new BlobAddress(tenant, Guid.CreateVersion7(), store.Name);
        var session = database.For(tenant);
        session.Stage(blob, (await sealing.ForAsync(tenant, ct)).Current);
        await session.SendAsync(ct);
        try
        {
            await store.WriteAsync(blob, SealAsync(blob, reader, ct), ct);
        }
        catch
        {
            await AbandonAsync(blob);
            throw;
        }

        var sealer = await sealing.ForAsync(tenant, ct);
        var stored = new StoredFile(
            Guid.CreateVersion7(), SafeName.Of(file.Name), type, reader.Size, file.Retention, file.Subject, time.GetUtcNow()) { Blob = blob };
        return new StagedFile(stored, new StagedBytes(
            blob, sealer.IndexHash("files.content", reader.Digest), sealer.Seal(FileRows.NameField(stored.Id), stored.Name), file));
    }

    public void Keep(TenantSession session, StagedFile staged)
    {
        if (session.Tenant != staged.Bytes.Blob.Tenant)
        {
            throw new ArgumentException("The bytes were staged for another tenant.", nameof(staged));
        }

        var file = staged.File;
        session.One(
            "select platform.keep_file($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)", static _ => true,
            Sql.Uuid(file.Id), Sql.Uuid(staged.Bytes.Blob.Id), Sql.Bytes(staged.Bytes.ContentHash), Sql.Long(file.Size), Sql.Bytes(staged.Bytes.SealedName), Sql.Text(file.MediaType),
            Sql.Text(FileRows.Of(file.Retention)), Sql.Text(staged.Bytes.Asked.Purpose), Sql.Uuid(file.Subject), Sql.Uuid(staged.Bytes.Asked.Author));
        if (quota.MostOf(session.Tenant) is { } most)
        {
            demand.Append(session, most);
        }

        session.Record(new FileStored(file.Id, file.Size, FileRows.Of(file.Retention)));
    }

    public async Task<StoredFile> KeepAsync(StagedFile staged, CancellationToken ct)
    {
        var tenant = staged.Bytes.Blob.Tenant;
        var session = database.For(tenant);
        Keep(session, staged);
        try
        {
            await session.SendAsync(ct);
        }
        catch (Exception failure)
        {
            await AbandonAsync(staged);
            if (failure is PostgresException { SqlState: BytesGone })
            {
                throw new FileStoreException("The bytes waited too long to be kept.", failure);
            }

            throw;
        }

        // Equal bytes may have been here before: the row says on which blob the file stands.
        return await FindAsync(tenant, staged.File.Id, staged.Bytes.Asked.Purpose, ct) ?? staged.File;
    }

    public async Task<StoredFile> AddAsync(TenantId tenant, Stream content, NewFile file, CancellationToken ct) =>
        await KeepAsync(await StageAsync(tenant, content, file, ct), ct);

    public Task AbandonAsync(StagedFile staged) => AbandonAsync(staged.Bytes.Blob);

    public async Task<StoredFile?> FindAsync(TenantId tenant, Guid fileId, string purpose, CancellationToken ct)
    {
        var session = database.For(tenant);
        var found = session.Get(fileId, purpose);
        await session.SendAsync(ct);
        if (found.Value is not ({ } row, { } store))
        {
            return null;
        }

        return Opened(tenant, row, store, await sealing.ForAsync(tenant, ct));
    }

    public async Task<IReadOnlyList<StoredFile>> AboutAsync(TenantId tenant, Guid subject, CancellationToken ct)
    {
        var sealer = await sealing.ForAsync(tenant, ct);
        var session = database.For(tenant);
        var found = session.About(subject);
        await session.SendAsync(ct);
        return [.. found.Value.Select(file => Opened(tenant, file.Row, file.Store, sealer))];
    }

    public Stream Open(StoredFile file) => new BlobStream(stores, file.Blob, file.Size, sealing, ct => HomeAsync(file, ct));

    public Pending<bool> Remove(TenantSession session, Guid fileId, string purpose) =>
        session.One("select platform.drop_file($1, $2)", row => row.GetBoolean(0), Sql.Uuid(fileId), Sql.Text(purpose));

    public async Task<long> UsageAsync(TenantId tenant, CancellationToken ct)
    {
        var session = database.For(tenant);
        var usage = session.Usage();
        await session.SendAsync(ct);
        return usage.Value;
    }

    private async Task<BlobAddress?> HomeAsync(StoredFile file, CancellationToken ct)
    {
        var session = database.For(file.Blob.Tenant);
        var home = session.Home(file.Id);
        await session.SendAsync(ct);
        return home.Value is (var blob, { } store) ? new BlobAddress(file.Blob.Tenant, blob, store) : null;
    }

    private static StoredFile Opened(TenantId tenant, FileRow row, string store, TenantSealer sealer) =>
        new(row.Id, sealer.Open(FileRows.NameField(row.Id), row.Name), row.MediaType, row.Size, row.Retention, row.Subject, row.CreatedAt) { Blob = new BlobAddress(tenant, row.Blob, store) };

    private async IAsyncEnumerable<byte[]> SealAsync(BlobAddress blob, UploadReader reader, [EnumeratorCancellation] CancellationToken ct)
    {
        var ordinal = 0;
        do
        {
            // Asked for each chunk: keys may be rotated while a slow upload runs.
            var sealer = await sealing.ForAsync(blob.Tenant, ct);
            yield return sealer.SealBytes(blob.Chunk(ordinal++, reader.IsLast), reader.Chunk.Span);
        }
        while (await reader.MoveAsync(ct));
    }

    private async Task AbandonAsync(BlobAddress blob)
    {
        try
        {
            var session = database.For(blob.Tenant);
            session.Abandon(blob.Id);
            await session.SendAsync(CancellationToken.None);
        }
        catch (NpgsqlException)
        {
            // The database is away: the sweep takes what was staged a day ago.
        }
    }
}
