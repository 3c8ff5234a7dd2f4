using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Steward.Platform.Retention;

namespace Steward.Platform.Audit;

/// <summary>What members, keys, operators and commands did.</summary>
internal static class AuditDoor
{
    public static IServiceCollection AddAudit(this IServiceCollection services) => services
        .AddSingleton<AuditStore>()
        .AddAuditWriter()
        .AddEventSubscriber<AuditSubscriber>()
        .AddRetentionClass<OldEntries>();

    /// <summary>For hosts that run a room alone, too.</summary>
    public static IServiceCollection AddAuditWriter(this IServiceCollection services)
    {
        services.TryAddSingleton<AuditWriter>();
        return services;
    }

    public static IEndpointRouteBuilder MapAudit(this IEndpointRouteBuilder routes)
    {
        AuditEndpoints.Map(routes);
        return routes;
    }
}
