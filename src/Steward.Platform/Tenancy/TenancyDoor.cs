using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Steward.Platform.Schedules;
using Steward.Platform.Tenancy.Erasing;
using Steward.Platform.Tenancy.Lifecycle;
using Steward.Platform.Tenancy.Profile;
using Steward.Platform.Tenancy.Standings;

namespace Steward.Platform.Tenancy;

/// <summary>The life of tenants.</summary>
public static class TenancyDoor
{
    /// <summary>Registers what erases a room's part of a tenant that lies outside its tables.</summary>
    public static IServiceCollection AddTenantEraser<TEraser>(this IServiceCollection services)
        where TEraser : class, ITenantEraser
        => services.AddSingleton<ITenantEraser, TEraser>();

    internal static IEndpointRouteBuilder MapTenancy(this IEndpointRouteBuilder routes)
    {
        ProfileEndpoints.Map(routes);
        return routes;
    }

    /// <summary>The part of a profile that is a file.</summary>
    internal static IEndpointRouteBuilder MapLogo(this IEndpointRouteBuilder routes)
    {
        LogoEndpoints.Map(routes);
        return routes;
    }

    internal static IServiceCollection AddTenancy(this IServiceCollection services)
    {
        services.AddSingleton<TenantStandings>();
        services.AddSingleton<ITenantStandings>(provider => provider.GetRequiredService<TenantStandings>());
        services.AddHostedService(provider => provider.GetRequiredService<TenantStandings>());
        services.AddSingleton<TenantLifecycle>();
        services.AddSingleton<TenantProfiles>();
        services.AddSingleton<TenantTables>();
        services.AddSingleton<TenantErasure>();
        return services.AddSchedule("platform.tenant_erasure", "every 00:10:00", (provider, ct) => provider.GetRequiredService<TenantErasure>().RunDueAsync(ct));
    }
}
