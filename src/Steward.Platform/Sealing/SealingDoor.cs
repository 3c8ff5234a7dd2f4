using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Steward.Platform.Schedules;
using Steward.Platform.Sealing.Rotation;

namespace Steward.Platform.Sealing;

internal static class SealingDoor
{
    /// <summary>Registers sealing and the change of keys; needs the master keys.</summary>
    public static IServiceCollection AddSealing(this IServiceCollection services)
    {
        services.AddSingleton<TenantSealing>();
        services.AddSingleton<ISealing>(provider => provider.GetRequiredService<TenantSealing>());
        services.AddSingleton<InstallationSecrets>();
        services.AddSingleton<KeyWatch>();
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<KeyWatch>());
        services.AddSingleton<RotationRows>();
        services.AddSingleton<RotationWork>();
        services.AddSingleton<MasterWork>();
        services.AddSingleton<IKeyRotations, KeyRotations>();
        services.AddSchedule("keys.rotation", "every 00:00:02", (provider, ct) => provider.GetRequiredService<RotationWork>().RunAsync(ct));
        services.AddSchedule("keys.master", "every 00:01:00", (provider, ct) => provider.GetRequiredService<MasterWork>().RewrapAsync(ct));
        return services.AddSealedTable(new("platform.idempotency", "id", "body"));
    }
}
