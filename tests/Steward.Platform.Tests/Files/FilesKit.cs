using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Steward.Platform.Files;
using Steward.Platform.Files.S3;
using Steward.Platform.Files.Stores;
using Steward.Platform.Files.Storing;
using Steward.Platform.Tenancy;
using Steward.Simulators.S3;
using Steward.Testing;

namespace Steward.Platform.Tests.Files;

/// <summary>Files on a fresh database, over PostgreSQL or over the simulated S3.</summary>
internal sealed class FilesKit : IAsyncDisposable
{
    private FilesKit(TestDatabase database, S3Simulator? s3) => (Database, S3) = (database, s3);

    public TestDatabase Database { get; }

    public S3Simulator S3Or => S3 ?? throw new InvalidOperationException("This kit has no S3.");

    public S3Simulator? S3 { get; }

    public TenantId Tenant => Database.Tenant;

    public IFiles Files => Database.Services.GetRequiredService<IFiles>();

    public IBlobStore Store => Database.Services.GetRequiredService<BlobStores>().ForNew;

    public static async Task<FilesKit> CreateAsync(PostgresServer server, bool s3 = false, Action<IServiceCollection>? more = null, Func<S3Settings, S3Settings>? change = null, Func<FileSettings, FileSettings>? files = null)
    {
        var simulator = s3 ? await S3Simulator.StartAsync() : null;
        var settings = new Dictionary<string, string?>();
        if (simulator is not null)
        {
            settings["STEWARD_FILES_STORE"] = "s3";
            settings["STEWARD_S3_ENDPOINT"] = simulator.Address.GetLeftPart(UriPartial.Authority);
            settings["STEWARD_S3_BUCKET"] = simulator.Options.Bucket;
            settings["STEWARD_S3_ACCESS_KEY"] = simulator.Options.AccessKey;
            settings["STEWARD_S3_SECRET_KEY"] = simulator.Options.SecretKey;
            settings["STEWARD_S3_PREFIX"] = "files";
        }

        var database = await TestDatabase.CreateAsync(server, services =>
        {
            var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
            more?.Invoke(services);
            services.AddFiles(configuration);
            services.Replace(ServiceDescriptor.Singleton((files ?? (read => read))(FileSettings.Read(configuration))));
            if (S3Settings.Read(configuration) is { } read)
            {
                read = read with { Pause = TimeSpan.FromMilliseconds(1) };
                services.Replace(ServiceDescriptor.Singleton(change?.Invoke(read) ?? read));
            }
        });
        return new FilesKit(database, simulator);
    }

    public Task<StoredFile> AddAsync(byte[] content, string? name = "a.txt", FileRetention retention = FileRetention.Permanent, TenantId? tenant = null, Guid? subject = null) =>
        Files.AddAsync(tenant ?? Tenant, new MemoryStream(content), new NewFile(name, retention, "upload") { Subject = subject }, CancellationToken.None);

    public async Task<byte[]> ReadAsync(StoredFile file)
    {
        await using var stream = Files.Open(file);
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy);
        return copy.ToArray();
    }

    public async Task<bool> RemoveAsync(StoredFile file, TenantId? tenant = null)
    {
        var session = Database.Database.For(tenant ?? Tenant);
        var removed = Files.Remove(session, file.Id, "upload");
        await session.SendAsync(CancellationToken.None);
        return removed.Value;
    }

    public Task SweepAsync() => Database.Services.GetRequiredService<FileSweep>().SweepAsync(CancellationToken.None);

    public async Task<long> CountAsync(string table, string where = "true") => (long)(await Database.AskAsync($"select count(*) from platform.{table} where {where}"))!;

    /// <summary>Blobs the store holds bytes of.</summary>
    public async Task<long> HeldAsync() => S3 is { } bucket ? bucket.Keys.Count + bucket.OpenUploads : (long)(await Database.AskAsync("select count(distinct blob_id) from platform.file_chunks"))!;

    public static byte[] Bytes(int length, int seed = 1)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        if (length > 0)
        {
            // No format begins like this, so that no signature is hit by chance.
            bytes[0] = 0x01;
        }

        return bytes;
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        if (S3 is not null)
        {
            await S3.DisposeAsync();
        }
    }
}
