using System.Runtime.CompilerServices;
using Npgsql;
using Steward.Platform.Files.Storing;
using Steward.Platform.Postgres;

namespace Steward.Platform.Files.Stores;

/// <summary>Chunks as rows, a megabyte in a round trip, each round trip a transaction of its own: none stays open while a slow sender or reader takes its time.</summary>
internal sealed class PostgresBlobStore(Database database) : IBlobStore
{
    public const string StoreName = "postgres";

    public string Name => StoreName;

    public int Window => 16;

    public async Task WriteAsync(BlobAddress blob, IAsyncEnumerable<byte[]> chunks, CancellationToken ct)
    {
        var session = database.For(blob.Tenant);
        var ordinal = 0;
        await foreach (var chunk in chunks.WithCancellation(ct))
        {
            session.Add(
                "insert into platform.file_chunks (tenant_id, blob_id, ordinal, body) values ((select current_setting('steward.tenant')::uuid), $1, $2, $3)",
                Sql.Uuid(blob.Id), Sql.Int(ordinal++), Sql.Bytes(chunk));
            if (ordinal % Window == 0)
            {
                await SendAsync(session, ct);
            }
        }

        await SendAsync(session, ct);
    }

    public async IAsyncEnumerable<byte[]> ReadAsync(BlobAddress blob, int first, int count, [EnumeratorCancellation] CancellationToken ct)
    {
        for (var from = first; from < first + count; from += Window)
        {
            var session = database.For(blob.Tenant);
            var chunks = session.Many(
                "select body from platform.file_chunks where tenant_id = (select current_setting('steward.tenant')::uuid) and blob_id = $1 and ordinal >= $2 and ordinal < $3 order by ordinal",
                row => row.GetFieldValue<byte[]>(0),
                Sql.Uuid(blob.Id), Sql.Int(from), Sql.Int(Math.Min(from + Window, first + count)));
            await SendAsync(session, ct);
            foreach (var chunk in chunks.Value)
            {
                yield return chunk;
            }
        }
    }

    public async Task DeleteAsync(BlobAddress blob, CancellationToken ct)
    {
        var session = database.For(blob.Tenant);
        session.Add(
            "delete from platform.file_chunks where tenant_id = (select current_setting('steward.tenant')::uuid) and blob_id = $1", Sql.Uuid(blob.Id));
        await SendAsync(session, ct);
    }

    private static async Task SendAsync(TenantSession session, CancellationToken ct)
    {
        try
        {
            await session.SendAsync(ct);
        }
        catch (NpgsqlException failure)
        {
            throw new FileStoreException("The database did not take or give the bytes.", failure);
        }
    }
}
