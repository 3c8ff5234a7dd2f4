using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Steward.Platform.Audit;
using Steward.Platform.Erasing.Contacts;
using Steward.Platform.Schedules;

namespace Steward.Platform.Erasing;

/// <summary>Forgetting people.</summary>
public static class ErasingDoor
{
    /// <summary>Registers what erases a room's part of contacts and tenants.</summary>
    public static IServiceCollection AddEraser<TEraser>(this IServiceCollection services)
        where TEraser : class, IEraser
        => services.AddSingleton<IEraser, TEraser>();

    /// <summary>Says that a room's rows name no contact, and why.</summary>
    public static IServiceCollection AddNothingToErase(this IServiceCollection services, string room, string why)
        => services.AddSingleton<IEraser>(new NothingToErase(room, why));

    /// <summary>Registers the work of erasures; part of the platform's own services, and for hosts that run a room alone.</summary>
    public static IServiceCollection AddErasing(this IServiceCollection services)
    {
        services.TryAddSingleton(new ErasureSettings());
        services.AddSingleton<ErasedContacts>();
        services.AddHostedService(provider => provider.GetRequiredService<ErasedContacts>());
        services.AddSingleton<IGoneContacts>(provider => provider.GetRequiredService<ErasedContacts>());
        services.AddSingleton<ErasureRows>();
        services.AddSingleton<IContactErasures>(provider => provider.GetRequiredService<ErasureRows>());
        services.AddSingleton<ErasureWork>();
        services.AddEventErasure();
        return services.AddSchedule("platform.contact_erasure", "every 00:00:01", (provider, ct) => provider.GetRequiredService<ErasureWork>().RunDueAsync(ct));
    }

    /// <summary>For rooms that drop events of their own.</summary>
    internal static IServiceCollection AddEventErasure(this IServiceCollection services)
    {
        services.AddAuditWriter().TryAddSingleton<EventErasure>();
        return services;
    }

    internal static IEndpointRouteBuilder MapErasing(this IEndpointRouteBuilder routes)
    {
        ErasureEndpoints.Map(routes);
        return routes;
    }
}
