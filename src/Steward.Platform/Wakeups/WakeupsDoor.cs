using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Steward.Platform.Wakeups;

internal static class WakeupsDoor
{
    public static IServiceCollection AddWakeups(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton(new WakeupOptions(configuration["STEWARD_DATABASE_DIRECT"] is { Length: > 0 } direct ? direct : null))
        .AddSingleton<WakeupTopics>()
        .AddSingleton<PostgresWakeups>()
        .AddSingleton<IWakeups>(provider => provider.GetRequiredService<PostgresWakeups>())
        .AddHostedService(provider => provider.GetRequiredService<PostgresWakeups>());
}
