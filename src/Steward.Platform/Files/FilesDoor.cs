using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Steward.Platform.Erasing;
using Steward.Platform.Files.Http;
using Steward.Platform.Files.S3;
using Steward.Platform.Files.Stores;
using Steward.Platform.Files.Storing;
using Steward.Platform.Postgres;
using Steward.Platform.Retention;
using Steward.Platform.Schedules;
using Steward.Platform.Sealing.Rotation;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Files;

/// <summary>Files: the port for rooms, its stores, the sweep, and the API.</summary>
public static class FilesDoor
{
    /// <summary>Registers files; a wrong setting throws a <see cref="FormatException"/> that names it.</summary>
    public static IServiceCollection AddFiles(this IServiceCollection services, IConfiguration configuration)
    {
        var settings = FileSettings.Read(configuration);
        services.TryAddSingleton(settings);
        services.TryAddSingleton<IStorageQuota, UnlimitedStorage>();
        services.TryAddSingleton<StorageDemand>();
        services.AddSingleton(new StoredBytes(
            "(select coalesce(sum(b.size), 0) from platform.file_blobs b where b.tenant_id = (select current_setting('steward.tenant')::uuid) and b.state = 'stored')"));
        services.AddSingleton<IBlobStore, PostgresBlobStore>();
        services.AddSealedTable(new("platform.files", "file_id", "name"));
        services.AddSealedTable(new("platform.file_chunks", "blob_id", new SealedColumn("body", "'body/' || ordinal", "/last")) { Portion = 32 });
        if (settings.S3 is { } s3)
        {
            services.AddSingleton(S3Client.Connect());
            services.AddSingleton(s3);
            services.AddSingleton<S3Client>();
            services.AddSingleton<IBlobStore, S3BlobStore>();
        }

        services.AddSingleton<BlobStores>();
        // Without an address too: bytes in a bucket that is configured no more still need their keys.
        services.AddSingleton<ISealedStore, OutsideBlobs>();
        services.AddSingleton<IFiles, TenantFiles>();
        services.AddSingleton<FileSweep>();
        services.AddEventErasure().AddSingleton<FileErasure>();
        services.AddAgedFiles(new("temporary_files", Days: 7, Least: 1, Most: 365), FileRetention.Temporary);
        services.AddAgedFiles(new("conversation_files", Days: null, Least: 1, Most: 3650, MayBeKept: true), FileRetention.Conversation);
        services.AddSingleton<IEraser>(provider => provider.GetRequiredService<FileErasure>());
        return services.AddSchedule("platform.files_sweep", "every 00:01:00", (provider, ct) => provider.GetRequiredService<FileSweep>().SweepAsync(ct));
    }

    private static void AddAgedFiles(this IServiceCollection services, RetentionBounds bounds, FileRetention retention) => services.AddSingleton<IRetentionClass>(
        provider => new AgedFiles(bounds, retention, provider.GetRequiredService<Database>(), provider.GetRequiredService<FileErasure>()));

    /// <summary>Maps <c>/api/files</c>.</summary>
    public static IEndpointRouteBuilder MapFiles(this IEndpointRouteBuilder routes)
    {
        FileEndpoints.Map(routes);
        return routes;
    }
}
