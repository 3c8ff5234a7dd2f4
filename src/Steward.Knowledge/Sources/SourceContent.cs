using Steward.Knowledge.Extraction;
using Steward.Platform.Postgres;
using Steward.Platform.Sealing;

namespace Steward.Knowledge.Sources;

/// <summary>The bytes of a source, sealed in chunks: no statement carries more than a few megabytes.</summary>
internal static class SourceContent
{
    private const int ChunkBytes = 1024 * 1024;
    private const int ChunksPerRoundTrip = 4;

    /// <summary>Writes the content. The session has an open transaction, or the content fits one batch.</summary>
    public static async Task WriteAsync(TenantSession session, TenantSealer sealer, Guid source, int version, Stream content, CancellationToken ct)
    {
        content.Position = 0;
        var buffer = new byte[ChunkBytes];
        for (var ordinal = 0; ; ordinal++)
        {
            var read = await content.ReadAtLeastAsync(buffer, ChunkBytes, throwOnEndOfStream: false, ct);
            if (read == 0 && ordinal > 0)
                break;
            session.Add(
                "insert into knowledge.source_chunks (tenant_id, source_id, version, ordinal, body) values ((select current_setting('steward.tenant')::uuid), $1, $2, $3, $4)",
                Sql.Uuid(source), Sql.Int(version), Sql.Int(ordinal),
                Sql.Bytes(sealer.SealBytes(SealedFields.Chunk(source, version, ordinal), buffer.AsSpan(0, read))));
            if (ordinal % ChunksPerRoundTrip == ChunksPerRoundTrip - 1)
                await session.SendAsync(ct);
            if (read < ChunkBytes)
                break;
        }

        content.Position = 0;
    }

    /// <summary>The content in a temporary file that is deleted when closed.</summary>
    public static async Task<FileStream> OpenAsync(Database database, Platform.Tenancy.TenantId tenant, TenantSealer sealer, Guid source, int version, CancellationToken ct)
    {
        var file = TemporaryFile.Scratch();
        try
        {
            for (var from = 0; ; from += ChunksPerRoundTrip)
            {
                var session = database.For(tenant);
                var chunks = session.Many(
                    "select ordinal, body from knowledge.source_chunks where tenant_id = (select current_setting('steward.tenant')::uuid) and source_id = $1 and version = $2 and ordinal >= $3 and ordinal < $4 order by ordinal",
                    row => (Ordinal: row.GetInt32(0), Body: row.GetFieldValue<byte[]>(1)),
                    Sql.Uuid(source), Sql.Int(version), Sql.Int(from), Sql.Int(from + ChunksPerRoundTrip));
                await session.SendAsync(ct);
                foreach (var (ordinal, body) in chunks.Value)
                    await file.WriteAsync(sealer.OpenBytes(SealedFields.Chunk(source, version, ordinal), body), ct);
                if (chunks.Value.Count < ChunksPerRoundTrip)
                    break;
            }

            file.Position = 0;
            return file;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }
}
