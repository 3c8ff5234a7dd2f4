using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Steward.Platform.Masking.Settings;

namespace Steward.Platform.Masking;

/// <summary>Masking: the setting, and what applies it.</summary>
internal static class MaskingDoor
{
    public static IServiceCollection AddMasking(this IServiceCollection services) => services
        .AddSingleton<TenantMasking>()
        .AddSingleton<IMasking>(provider => provider.GetRequiredService<TenantMasking>());

    /// <summary>Maps <c>/api/masking</c>.</summary>
    public static IEndpointRouteBuilder MapMasking(this IEndpointRouteBuilder routes)
    {
        MaskingEndpoints.Map(routes);
        return routes;
    }
}
