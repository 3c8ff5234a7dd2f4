using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Steward.Platform.Retention;

namespace Steward.Platform.Audit;

/// <summary>What members, keys, operators and commands did.</summary>
internal static class AuditDoor
{
    public static IServiceCollection AddAudit(this IServiceCollection services) => services
        .AddSingleton<AuditStore>()
        .AddEventSubscriber<AuditSubscriber>()
        .AddRetentionClass<OldEntries>();

    public static IEndpointRouteBuilder MapAudit(this IEndpointRouteBuilder routes)
    {
        AuditEndpoints.Map(routes);
        return routes;
    }
}
