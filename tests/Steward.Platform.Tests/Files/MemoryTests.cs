using System.Net;
using Steward.Platform.Files;
using Steward.Platform.Files.S3;
using Steward.Platform.Files.Storing;
using Steward.Platform.Tenancy;
using Steward.Testing;

namespace Steward.Platform.Tests.Files;

[CollectionDefinition(nameof(MemoryTests), DisableParallelization = true)]
public sealed class Alone;

/// <summary>Alone in its process, so that what is measured is its own.</summary>
[Collection(nameof(MemoryTests))]
public sealed class MemoryTests(PostgresServer server, ITestOutputHelper output)
{
    private const int Hundred = 100 * 1024 * 1024;
    private const long Bound = 24 * 1024 * 1024;

    [Fact]
    public async Task A_hundred_megabytes_go_up_and_down_over_http_without_being_in_memory()
    {
        await using var host = await FilesHost.StartAsync(server);
        var gauge = new Gauge();
        using var body = new StreamContent(new Endless(Hundred, gauge));
        using var added = await host.Client.PostAsync("/api/files", body);
        added.StatusCode.ShouldBe(HttpStatusCode.Created);

        using var answer = await host.Client.GetAsync(added.Headers.Location + "/content", HttpCompletionOption.ResponseHeadersRead);
        await using var content = await answer.Content.ReadAsStreamAsync();
        var buffer = new byte[64 * 1024];
        var expected = new byte[buffer.Length];
        var total = 0L;
        for (int read; (read = await content.ReadAsync(buffer)) > 0; total += read)
        {
            Endless.Fill(expected.AsSpan(0, read), total);
            buffer.AsSpan(0, read).SequenceEqual(expected.AsSpan(0, read)).ShouldBeTrue();
            gauge.Look(total);
        }

        total.ShouldBe(Hundred);
        output.WriteLine($"live memory rose by at most {gauge.Rise / 1024.0 / 1024:0.0} MB");
        gauge.Rise.ShouldBeLessThan(Bound);
    }

    [Fact]
    public async Task A_hundred_megabytes_go_to_a_bucket_with_a_part_or_two_in_memory()
    {
        await using var kit = await FilesKit.CreateAsync(server);
        var settings = new S3Settings { Endpoint = new("http://localhost"), Bucket = "bucket", Credentials = new("a", "b") };
        using var bucket = new HttpMessageInvoker(new Forgetful());
        var store = new S3BlobStore(settings, new S3Client(settings, bucket, TimeProvider.System), TimeProvider.System);
        var gauge = new Gauge();
        await store.WriteAsync(new BlobAddress(kit.Tenant, Guid.CreateVersion7(), "s3"), SealedAsync(new Endless(Hundred, gauge)), default);
        output.WriteLine($"live memory rose by at most {gauge.Rise / 1024.0 / 1024:0.0} MB");
        gauge.Rise.ShouldBeLessThan(2 * Bound);
    }

    private static async IAsyncEnumerable<byte[]> SealedAsync(Endless content)
    {
        for (var left = Hundred; left > 0; left -= Chunks.Plain)
        {
            var chunk = new byte[Chunks.Sealed];
            await content.ReadExactlyAsync(chunk.AsMemory(0, Chunks.Plain));
            yield return chunk;
        }
    }

    /// <summary>Live bytes, looked at every eight megabytes after a full collection.</summary>
    private sealed class Gauge
    {
        private readonly long _before = GC.GetTotalMemory(forceFullCollection: true);
        private long _next;

        public long Rise { get; private set; }

        public void Look(long at)
        {
            if (at >= _next || at == 0)
            {
                _next = at + (8 * 1024 * 1024);
                Rise = Math.Max(Rise, GC.GetTotalMemory(forceFullCollection: true) - _before);
            }
        }
    }

    /// <summary>A stream that makes its bytes as they are read.</summary>
    private sealed class Endless(long length, Gauge gauge) : Stream
    {
        private long _at;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position { get => _at; set => throw new NotSupportedException(); }

        public static void Fill(Span<byte> span, long at)
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = (byte)(1 + ((at + i) * 31 % 251));
            }
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            gauge.Look(_at);
            var read = (int)Math.Min(count, length - _at);
            Fill(buffer.AsSpan(offset, read), _at);
            _at += read;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }

    /// <summary>A bucket that takes everything and keeps nothing.</summary>
    private sealed class Forgetful : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var query = request.RequestUri!.Query;
            var answer = new HttpResponseMessage(HttpStatusCode.OK);
            if (request.Method == HttpMethod.Put)
            {
                var body = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
                answer.Headers.TryAddWithoutValidation("ETag", S3Client.ETagOf(body));
            }
            else
            {
                answer.Content = new StringContent(query.StartsWith("?uploads", StringComparison.Ordinal)
                    ? "<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>" : "<CompleteMultipartUploadResult/>");
            }

            return answer;
        }
    }
}
