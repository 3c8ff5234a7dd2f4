using Microsoft.Extensions.DependencyInjection;
using Steward.Platform.Erasing;
using Steward.Platform.Retention;
using Steward.Platform.Sealing.Rotation;

namespace Steward.Models.Shadow;

/// <summary>Registers shadow learning; part of the room's own door.</summary>
internal static class ShadowDoor
{
    public static IServiceCollection AddShadow(this IServiceCollection services)
    {
        services.AddSealedTable(new("models.shadow_pairs", "id", "pair"));
        services.AddRetention(new("shadow_pairs", Days: 365, Least: 30, Most: 3650), "models.shadow_pairs", "at < $1");
        services.AddEraser<ShadowEraser>();
        services.AddSingleton<ShadowStore>();
        services.AddSingleton<ShadowRows>();
        services.AddSingleton<ShadowPairs>();
        services.AddSingleton<ShadowExport>();
        services.AddSingleton<ShadowQueue>();
        services.AddSingleton<IShadow>(provider => provider.GetRequiredService<ShadowQueue>());
        return services.AddHostedService(provider => provider.GetRequiredService<ShadowQueue>());
    }
}
