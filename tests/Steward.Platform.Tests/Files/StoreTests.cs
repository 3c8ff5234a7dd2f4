using Steward.Platform.Files.Storing;
using Steward.Testing;

namespace Steward.Platform.Tests.Files;

public sealed class PostgresStoreHoldsTheContract(PostgresServer server) : FileStoreContract(server, s3: false)
{
    private protected override Task SwapAsync(BlobAddress blob) => Kit.Database.AskAsync(
        $"update platform.file_chunks c set body = (select o.body from platform.file_chunks o where o.blob_id = c.blob_id and o.ordinal = 1 - c.ordinal) where blob_id = '{blob.Id}' and ordinal < 2");

    private protected override Task CutAsync(BlobAddress blob) => Kit.Database.AskAsync($"delete from platform.file_chunks where blob_id = '{blob.Id}' and ordinal = 2");

    private protected override Task ChangeAsync(BlobAddress blob) => Kit.Database.AskAsync(
        $"update platform.file_chunks set body = set_byte(body, 500, get_byte(body, 500) # 1) where blob_id = '{blob.Id}' and ordinal = 1");
}

public sealed class S3StoreHoldsTheContract(PostgresServer server) : FileStoreContract(server, s3: true)
{
    private protected override Task SwapAsync(BlobAddress blob) => TamperAsync(blob, bytes =>
    {
        var first = bytes[..Chunks.Sealed];
        bytes.AsSpan(Chunks.Sealed, Chunks.Sealed).CopyTo(bytes);
        first.CopyTo(bytes.AsSpan(Chunks.Sealed));
    });

    private protected override Task CutAsync(BlobAddress blob)
    {
        Kit.S3Or.Cut($"files/{blob.Tenant}/{blob.Id}", 2 * Chunks.Sealed);
        return Task.CompletedTask;
    }

    private protected override Task ChangeAsync(BlobAddress blob) => TamperAsync(blob, bytes => bytes[Chunks.Sealed + 500] ^= 1);

    private Task TamperAsync(BlobAddress blob, Action<byte[]> change)
    {
        Kit.S3Or.Tamper($"files/{blob.Tenant}/{blob.Id}", change);
        return Task.CompletedTask;
    }
}
