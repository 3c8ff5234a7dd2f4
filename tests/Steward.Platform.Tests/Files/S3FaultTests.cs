using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Steward.Platform.Files;
using Steward.Platform.Files.S3;
using Steward.Platform.Files.Storing;
using Steward.Simulators.S3;
using Steward.Testing;

namespace Steward.Platform.Tests.Files;

public sealed class S3FaultTests(PostgresServer server) : IAsyncLifetime
{
    private const int Large = 20 * 1024 * 1024;

    private FilesKit _kit = null!;

    public async ValueTask InitializeAsync() => _kit = await FilesKit.CreateAsync(server, s3: true);

    public ValueTask DisposeAsync() => _kit.DisposeAsync();

    [Fact]
    public async Task A_store_that_asks_for_patience_gets_it()
    {
        _kit.S3Or.Plan(Fault(S3FaultKind.SlowDown), Fault(S3FaultKind.Internal), Fault(S3FaultKind.DoneThenDrop), null, Fault(S3FaultKind.SlowDown), null);
        var content = FilesKit.Bytes(1000);
        var file = await _kit.AddAsync(content);
        (await _kit.ReadAsync(file)).ShouldBe(content);
        _kit.S3Or.Calls.Select(call => $"{call.Method} {call.Status}").ShouldBe(["PUT 503", "PUT 500", "PUT 0", "PUT 200", "GET 503", "GET 206"]);
    }

    [Fact]
    public async Task A_store_that_keeps_failing_is_a_clear_failure_and_nothing_is_stored()
    {
        _kit.S3Or.Faults = _ => Fault(S3FaultKind.SlowDown);
        await Should.ThrowAsync<FileStoreException>(() => _kit.AddAsync(FilesKit.Bytes(1000)));
        _kit.S3Or.Calls.Count.ShouldBe(5);
        (await _kit.CountAsync("files")).ShouldBe(0);
        await _kit.SweepAsync();
        (await _kit.CountAsync("file_blobs")).ShouldBe(1);
        _kit.S3Or.Faults = null;
        await _kit.SweepAsync();
        (await _kit.CountAsync("file_blobs")).ShouldBe(0);
    }

    [Fact]
    public async Task A_refusal_is_not_tried_again()
    {
        _kit.S3Or.Plan(Fault(S3FaultKind.Denied));
        await Should.ThrowAsync<FileStoreException>(() => _kit.AddAsync([1]));
        _kit.S3Or.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_large_content_goes_in_parts_that_are_sent_again_when_they_fail()
    {
        // Begin, three parts of which the second fails twice, completion that reports its failure late.
        _kit.S3Or.Plan(null, null, Fault(S3FaultKind.Internal), Fault(S3FaultKind.WrongETag), null, null, Fault(S3FaultKind.ErrorInBody), null);
        var content = FilesKit.Bytes(Large);
        var file = await _kit.AddAsync(content);
        (await _kit.ReadAsync(file)).AsSpan().SequenceEqual(content).ShouldBeTrue();
        _kit.S3Or.Calls.Count(call => call.Query.Contains("partNumber", StringComparison.Ordinal)).ShouldBe(5);
        _kit.S3Or.OpenUploads.ShouldBe(0);
    }

    [Fact]
    public async Task A_completion_whose_answer_was_lost_is_found_to_be_done()
    {
        _kit.S3Or.Plan(null, null, null, null, Fault(S3FaultKind.DoneThenDrop));
        var content = FilesKit.Bytes(Large);
        var file = await _kit.AddAsync(content);
        (await _kit.ReadAsync(file)).AsSpan().SequenceEqual(content).ShouldBeTrue();
    }

    [Fact]
    public async Task An_upload_in_parts_that_fails_is_aborted_at_once_or_by_the_sweep()
    {
        _kit.S3Or.Plan(null, null, Fault(S3FaultKind.Denied));
        await Should.ThrowAsync<FileStoreException>(() => _kit.AddAsync(FilesKit.Bytes(Large)));
        _kit.S3Or.OpenUploads.ShouldBe(0);

        _kit.S3Or.Plan(null, null, Fault(S3FaultKind.Denied), Fault(S3FaultKind.Denied));
        await Should.ThrowAsync<FileStoreException>(() => _kit.AddAsync(FilesKit.Bytes(Large)));
        _kit.S3Or.OpenUploads.ShouldBe(1);
        await _kit.SweepAsync();
        _kit.S3Or.OpenUploads.ShouldBe(0);
        (await _kit.CountAsync("file_blobs")).ShouldBe(0);
    }

    [Fact]
    public async Task A_wrong_ETag_is_a_broken_transfer()
    {
        _kit.S3Or.Plan(Fault(S3FaultKind.WrongETag), null);
        var content = FilesKit.Bytes(1000);
        var file = await _kit.AddAsync(content);
        _kit.S3Or.Calls.Count.ShouldBe(2);
        (await _kit.ReadAsync(file)).ShouldBe(content);
    }

    [Fact]
    public async Task Reading_goes_on_where_the_connection_was_cut()
    {
        var content = FilesKit.Bytes(Large);
        var file = await _kit.AddAsync(content);
        _kit.S3Or.Plan(Fault(S3FaultKind.Cut), Fault(S3FaultKind.Cut), null, null, Fault(S3FaultKind.Cut));
        (await _kit.ReadAsync(file)).AsSpan().SequenceEqual(content).ShouldBeTrue();
    }

    [Fact]
    public async Task A_store_that_always_cuts_ends_the_reading()
    {
        var file = await _kit.AddAsync(FilesKit.Bytes(2 * Chunks.Plain));
        _kit.S3Or.Faults = _ => Fault(S3FaultKind.Cut);
        await Should.ThrowAsync<FileStoreException>(() => _kit.ReadAsync(file));
    }

    [Fact]
    public async Task An_answer_that_does_not_come_is_asked_for_again()
    {
        await using var kit = await FilesKit.CreateAsync(server, s3: true, change: settings => settings with { Timeout = TimeSpan.FromSeconds(1) });
        kit.S3Or.Plan(new S3Fault(S3FaultKind.Stall) { StallMs = 60_000 }, null);
        var file = await kit.AddAsync([1, 2, 3]);
        (await kit.ReadAsync(file)).ShouldBe([1, 2, 3]);
    }

    [Fact]
    public async Task A_bucket_may_be_a_host_of_its_own()
    {
        var bucket = _kit.S3Or;
        var settings = new S3Settings
        {
            Endpoint = new("http://storage.example:9000"), Bucket = bucket.Options.Bucket, VirtualHost = true,
            Credentials = new(bucket.Options.AccessKey, bucket.Options.SecretKey),
        };
        string? host = null;
        using var http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            ConnectCallback = async (context, ct) =>
            {
                host = context.DnsEndPoint.Host;
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(bucket.Address.Host, bucket.Address.Port, ct);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        var store = new S3BlobStore(settings, new S3Client(settings, http, TimeProvider.System), TimeProvider.System);
        var blob = new BlobAddress(_kit.Tenant, Guid.CreateVersion7(), "s3");
        await store.WriteAsync(blob, One(), default);
        host.ShouldBe("steward-files.storage.example");
        bucket.Keys.ShouldBe([$"{_kit.Tenant}/{blob.Id}"]);
        await store.DeleteAsync(blob, default);
        bucket.Keys.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_wrong_secret_is_refused_by_the_store()
    {
        await using var kit = await FilesKit.CreateAsync(server, s3: true, change: settings => settings with { Credentials = settings.Credentials with { SecretKey = "wrong" } });
        await Should.ThrowAsync<FileStoreException>(() => kit.AddAsync([1]));
        kit.S3Or.Keys.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_thief_of_the_bucket_sees_neither_the_content_nor_the_name()
    {
        var secret = "the customer's passport number is 123456789"u8.ToArray();
        await _kit.AddAsync(secret, "passport.txt");
        var key = _kit.S3Or.Keys.Single();
        key.ShouldNotContain("passport");
        _kit.S3Or.Read(key).AsSpan().IndexOf("passport"u8).ShouldBe(-1);
    }

    [Theory]
    [InlineData("STEWARD_FILES_STORE", "disk", "STEWARD_FILES_STORE")]
    [InlineData("STEWARD_S3_ENDPOINT", "s3.example", "STEWARD_S3_ENDPOINT")]
    [InlineData("STEWARD_S3_ENDPOINT", "https://s3.example/path", "STEWARD_S3_ENDPOINT")]
    [InlineData("STEWARD_S3_BUCKET", "Not A Bucket", "STEWARD_S3_BUCKET")]
    [InlineData("STEWARD_S3_SECRET_KEY", "", "STEWARD_S3_SECRET_KEY")]
    [InlineData("STEWARD_S3_STYLE", "both", "STEWARD_S3_STYLE")]
    [InlineData("STEWARD_S3_PREFIX", "../up", "STEWARD_S3_PREFIX")]
    [InlineData("STEWARD_FILES_MAX_BYTES", "0", "STEWARD_FILES_MAX_BYTES")]
    public void A_wrong_setting_stops_the_start_and_is_named(string name, string value, string named)
    {
        var settings = new Dictionary<string, string?>
        {
            ["STEWARD_FILES_STORE"] = "s3", ["STEWARD_S3_ENDPOINT"] = "https://s3.example", ["STEWARD_S3_BUCKET"] = "bucket",
            ["STEWARD_S3_ACCESS_KEY"] = "a", ["STEWARD_S3_SECRET_KEY"] = "b",
        };
        FileSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(settings).Build()).Store.ShouldBe("s3");
        settings[name] = value;
        Should.Throw<FormatException>(() => FileSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())).Message.ShouldContain(named);
    }

    private static S3Fault Fault(S3FaultKind kind) => new(kind);

    private static async IAsyncEnumerable<byte[]> One()
    {
        await Task.Yield();
        yield return [1, 2, 3];
    }
}
