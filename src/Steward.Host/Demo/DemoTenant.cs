using System.Security.Cryptography;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Npgsql;
using Steward.Packs;
using Steward.Platform.Access;
using Steward.Platform.Starting;
using Steward.Platform.Tenancy;

namespace Steward.Host.Demo;

/// <summary>In development the first start creates the tenant <c>demo</c> with a pack, and every start says how to use it.</summary>
internal sealed partial class DemoTenant(
    ITenants tenants,
    IAccessSetup access,
    PackInstaller packs,
    IServer server,
    IConfiguration configuration,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<DemoTenant> log) : BackgroundService
{
    /// <summary>The demo tenant once it is there; the demo page waits for it.</summary>
    public Task<TenantId> Ready => _ready.Task;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly TaskCompletionSource<TenantId> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TenantId? _made;
    private DemoFile? _demo;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The address is known only once the server listens.
        var started = new TaskCompletionSource();
        await using var registered = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);

        var data = PlatformGround.DataDirectory(configuration);
        var path = DemoFile.PathIn(data);
        var address = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? "http://localhost";
        var pack = Pack.Read(Path.Combine(WebFolder.FindBeside("packs", configuration["STEWARD_PACKS"]), "harbor-bikes"));
        while (true)
        {
            try
            {
                await PrepareAsync(path, address, pack, stoppingToken);
                return;
            }
            catch (Exception failure) when (failure is NpgsqlException or TimeoutException && !stoppingToken.IsCancellationRequested)
            {
                // The program serves without its demo; it must not end because the database was away for a moment.
                TellLater(log, failure);
                await Task.Delay(Pause, time, stoppingToken);
            }
        }
    }

    /// <summary>What was done before is kept, so that it can be called again after a failure.</summary>
    private async Task PrepareAsync(string path, string address, Pack pack, CancellationToken ct)
    {
        var demo = _demo ??= DemoFile.Read(path) is { } known ? known with { BaseUrl = address } : await CreateAsync(address, pack.Tenant, ct);
        await packs.InstallAsync(new TenantId(demo.TenantId), pack, ct);
        demo.Write(path);
        _ready.TrySetResult(new TenantId(demo.TenantId));
        Tell(log, address, demo.Email, demo.Password, path);
    }

    private async Task<DemoFile> CreateAsync(string address, PackTenant profile, CancellationToken ct)
    {
        var tenant = _made ??= (await tenants.CreateAsync("demo", ct, profile.TimeZone, profile.Locale)).Id;
        var email = $"owner-{RandomNumberGenerator.GetHexString(6, lowercase: true)}@demo.example";
        var password = RandomNumberGenerator.GetString("abcdefghjkmnpqrstuvwxyz23456789", 16);
        await access.AddMemberAsync(tenant, email, "Demo Owner", password, Role.Owner, ct);
        var key = await access.AddKeyAsync(tenant, "Demo", Permissions.Of(Role.Owner), ct);
        return new DemoFile(address, tenant.Value, key.Secret, email, password);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The demo is not ready: the database did not answer. Trying again.")]
    private static partial void TellLater(ILogger log, Exception failure);

    [LoggerMessage(Level = LogLevel.Information, Message = "Steward is ready: the demo page is {Address}/ . Sign in as {Email} with {Password}; the API key is in {File}")]
    private static partial void Tell(ILogger log, string address, string email, string password, string file);
}
