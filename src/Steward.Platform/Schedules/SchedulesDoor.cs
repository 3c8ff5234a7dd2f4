using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Steward.Platform.Nodes;

namespace Steward.Platform.Schedules;

/// <summary>Registers work that runs by the clock.</summary>
public static class SchedulesDoor
{
    /// <summary>
    /// Runs <paramref name="handler"/> at its times on one node of the installation. Times nobody was there for are made up for
    /// once; a failure is recorded and tried again with growing pauses. Throws <see cref="FormatException"/> for an unreadable plan.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="name">Stable name, such as <c>conversations.sweep</c>.</param>
    /// <param name="cronOrInterval">A Quartz cron expression in UTC, or <c>every hh:mm:ss</c> counted from the end of the last run.</param>
    /// <param name="handler">The work, in a service scope of its own. Idempotent: a crash may make it run again.</param>
    public static IServiceCollection AddSchedule(
        this IServiceCollection services, string name, string cronOrInterval, Func<IServiceProvider, CancellationToken, Task> handler)
    {
        Plan.Next(cronOrInterval, DateTimeOffset.UnixEpoch);
        return services.AddSingleton(new Schedule(name, cronOrInterval, handler));
    }

    internal static IServiceCollection AddSchedules(this IServiceCollection services)
    {
        services.TryAddSingleton<NodeState>();
        services.AddSingleton<ScheduleRows>();
        services.AddSingleton<ScheduleRunner>();
        services.AddHostedService(provider => provider.GetRequiredService<ScheduleRunner>());
        return services;
    }
}
