using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Steward.Platform.Postgres;
using Steward.Platform.Schedules;

namespace Steward.Platform.Retention;

/// <summary>How long what is kept.</summary>
public static class RetentionDoor
{
    /// <summary>Registers a kind of data with a sweep of its own.</summary>
    public static IServiceCollection AddRetentionClass<TClass>(this IServiceCollection services)
        where TClass : class, IRetentionClass
        => services.AddSingleton<IRetentionClass, TClass>();

    /// <summary>Registers rows of a table of the room that go when they are old enough.</summary>
    /// <param name="services">The services.</param>
    /// <param name="bounds">What a tenant may set.</param>
    /// <param name="table">The table, with its schema.</param>
    /// <param name="old">The condition, in which $1 is the time: <c>created_at &lt; $1</c>. A constant.</param>
    public static IServiceCollection AddRetention(this IServiceCollection services, RetentionBounds bounds, string table, string old)
        => services.AddSingleton<IRetentionClass>(provider => new AgedRows(bounds, provider.GetRequiredService<Database>(), table, old));

    internal static IServiceCollection AddRetentionTimes(this IServiceCollection services)
    {
        services.AddSingleton<TenantRetention>();
        services.AddSingleton<RetentionWork>();
        return services
            .AddRetentionClass<OldEvents>()
            .AddSchedule("platform.retention", "every 01:00:00", (provider, ct) => provider.GetRequiredService<RetentionWork>().RunAsync(ct));
    }

    internal static IEndpointRouteBuilder MapRetention(this IEndpointRouteBuilder routes)
    {
        RetentionEndpoints.Map(routes);
        return routes;
    }
}
