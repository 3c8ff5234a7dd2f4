using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Steward.Platform.Erasing;
using Steward.Platform.Schedules;
using Steward.Platform.Tenancy.Erasing;
using Steward.Platform.Tenancy.Lifecycle;
using Steward.Platform.Tenancy.Profile;
using Steward.Platform.Tenancy.Standings;

namespace Steward.Platform.Tenancy;

/// <summary>The life of tenants.</summary>
internal static class TenancyDoor
{
    public static IEndpointRouteBuilder MapTenancy(this IEndpointRouteBuilder routes)
    {
        ProfileEndpoints.Map(routes);
        return routes;
    }

    /// <summary>The part of a profile that is a file.</summary>
    public static IEndpointRouteBuilder MapLogo(this IEndpointRouteBuilder routes)
    {
        LogoEndpoints.Map(routes);
        return routes;
    }

    public static IServiceCollection AddTenancy(this IServiceCollection services)
    {
        services.AddSingleton<TenantStandings>();
        services.AddSingleton<ITenantStandings>(provider => provider.GetRequiredService<TenantStandings>());
        services.AddHostedService(provider => provider.GetRequiredService<TenantStandings>());
        services.AddSingleton<TenantLifecycle>();
        services.AddSingleton<TenantProfiles>();
        services.AddSingleton<TenantTables>();
        services.AddSingleton<TenantErasure>();
        services.AddErasing();
        return services.AddSchedule("platform.tenant_erasure", "every 00:10:00", (provider, ct) => provider.GetRequiredService<TenantErasure>().RunDueAsync(ct));
    }
}
