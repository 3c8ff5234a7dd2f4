using System.Net;
using System.Runtime.CompilerServices;
using Steward.Platform.Files.Stores;
using Steward.Platform.Files.Storing;

namespace Steward.Platform.Files.S3;

/// <summary>
/// A blob as one object: its sealed chunks one after another, so a chunk's place follows from its number. Small ones are sent in one piece,
/// larger ones in parts; one part is in memory at a time.
/// </summary>
internal sealed class S3BlobStore(S3Settings settings, S3Client client, TimeProvider time) : IBlobStore
{
    public const string StoreName = "s3";

    public string Name => StoreName;

    /// <summary>Eight megabytes for one request.</summary>
    public int Window => 128;

    public async Task WriteAsync(BlobAddress blob, IAsyncEnumerable<byte[]> chunks, CancellationToken ct)
    {
        using var part = new MemoryStream();
        S3Multipart? parts = null;
        try
        {
            await foreach (var chunk in chunks.WithCancellation(ct))
            {
                if (part.Length + chunk.Length > settings.PartBytes)
                {
                    parts ??= await S3Multipart.BeginAsync(client, settings, Key(blob), ct);
                    await parts.AddAsync(Written(part), ct);
                    part.SetLength(0);
                }

                part.Write(chunk);
            }

            if (parts is null)
            {
                await PutAsync(Key(blob), Written(part), ct);
                return;
            }

            await parts.AddAsync(Written(part), ct);
            await parts.CompleteAsync(ct);
        }
        catch (Exception) when (parts is not null)
        {
            // The sweep would find it as well; parts cost money meanwhile.
            await parts.TryAbortAsync();
            throw;
        }
    }

    public async IAsyncEnumerable<byte[]> ReadAsync(BlobAddress blob, int first, int count, [EnumeratorCancellation] CancellationToken ct)
    {
        var next = first;
        for (var attempt = 1; next < first + count; attempt++)
        {
            var range = (From: (long)next * Chunks.Sealed, To: ((long)(first + count) * Chunks.Sealed) - 1);
            using var response = await client.SendAsync(
                new S3Request(HttpMethod.Get, Key(blob)) { Range = range, Accept = [HttpStatusCode.NotFound, HttpStatusCode.RequestedRangeNotSatisfiable] }, ct);
            if (!response.IsSuccessStatusCode)
            {
                yield break;
            }

            if (response.StatusCode != HttpStatusCode.PartialContent || response.Content.Headers.ContentRange?.From != range.From)
            {
                throw new FileStoreException("The S3 store answered with other bytes than the range that was asked for.");
            }

            var last = response.Content.Headers.ContentRange.To ?? 0;
            await using var body = await response.Content.ReadAsStreamAsync(ct);
            while (next < first + count)
            {
                var left = last + 1 - ((long)next * Chunks.Sealed);
                if (left <= 0)
                {
                    yield break;
                }

                if (await ReadChunkAsync(body, (int)Math.Min(left, Chunks.Sealed), ct) is not { } chunk)
                {
                    break;
                }

                next++;
                yield return chunk;
            }

            // The connection broke in the middle: go on from the chunk that was not complete.
            if (next < first + count)
            {
                if (attempt >= settings.Attempts)
                {
                    throw new FileStoreException("The S3 store breaks the connection in the middle of the bytes.");
                }

                await client.PauseAsync(attempt, ct);
            }
        }
    }

    public async Task DeleteAsync(BlobAddress blob, CancellationToken ct)
    {
        foreach (var upload in await S3Multipart.UnfinishedAsync(client, Key(blob), ct))
        {
            await S3Multipart.AbortAsync(client, Key(blob), upload, ct);
        }

        using var response = await client.SendAsync(new S3Request(HttpMethod.Delete, Key(blob)) { Accept = [HttpStatusCode.NotFound] }, ct);
    }

    private string Key(BlobAddress blob) => $"{settings.Prefix}{blob.Tenant}/{blob.Id:D}";

    private static ReadOnlyMemory<byte> Written(MemoryStream part) => part.GetBuffer().AsMemory(0, (int)part.Length);

    private async Task PutAsync(string key, ReadOnlyMemory<byte> body, CancellationToken ct)
    {
        using var response = await client.SendAsync(new S3Request(HttpMethod.Put, key, Body: body) { IsBroken = answer => S3ETags.Differs(answer, body.Span, settings) }, ct);
    }

    /// <summary>Null when the connection broke or went silent.</summary>
    private async Task<byte[]?> ReadChunkAsync(Stream body, int length, CancellationToken ct)
    {
        var chunk = new byte[length];
        using var silence = new CancellationTokenSource(settings.Silence, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, ct);
        try
        {
            return await body.ReadAtLeastAsync(chunk, length, throwOnEndOfStream: false, linked.Token) == length ? chunk : null;
        }
        catch (Exception failure) when (failure is IOException or HttpRequestException || (failure is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return null;
        }
    }
}
