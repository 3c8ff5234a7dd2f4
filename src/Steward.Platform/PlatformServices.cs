using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;
using Steward.Platform.Events;
using Steward.Platform.Ids;
using Steward.Platform.Nodes;
using Steward.Platform.Postgres;
using Steward.Platform.Postgres.Migrating;
using Steward.Platform.Sealing;
using Steward.Platform.Tenancy;

namespace Steward.Platform;

/// <summary>The doors by which rooms add what the platform runs for them.</summary>
public static class PlatformServices
{
    /// <summary>Registers a module's migrations; the module's name is its schema. They run in the order of registration.</summary>
    public static IServiceCollection AddMigrations(this IServiceCollection services, string module, Assembly assembly)
        => services.AddSingleton(new MigrationSet(module, assembly));

    /// <summary>Registers a subscriber of events.</summary>
    public static IServiceCollection AddEventSubscriber<TSubscriber>(this IServiceCollection services)
        where TSubscriber : class, IEventSubscriber
        => services.AddSingleton<IEventSubscriber, TSubscriber>();

    /// <summary>The services every room stands on, over an open pool and a master key.</summary>
    internal static IServiceCollection AddGround(this IServiceCollection services, NpgsqlDataSource source, MasterKeys master)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(new Database(source));
        services.AddSingleton(master);
        services.AddSingleton<NodeIdentity>();
        services.AddSealing();
        services.AddSingleton<Tenants>();
        services.AddSingleton<ITenants>(provider => provider.GetRequiredService<Tenants>());
        services.AddSingleton<INumbers, NumberBlocks>();
        services.AddSingleton<EventDispatcher>();
        services.AddHostedService(provider => provider.GetRequiredService<EventDispatcher>());
        return services;
    }
}
