using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Steward.Platform.Nodes;
using Steward.Platform.Notices.Raising;
using Steward.Platform.Notices.Sending;
using Steward.Platform.Schedules;
using Steward.Platform.Sealing.Rotation;

namespace Steward.Platform.Notices;

/// <summary>What people must know. After mail.</summary>
internal static class NoticesDoor
{
    public static IServiceCollection AddNotices(this IServiceCollection services)
    {
        services.TryAddSingleton<NodeState>();
        services.AddSealedTable(new("platform.notice_settings", "settings_id", "webhook_url", "webhook_secret"));
        return services
            .AddSingleton<INotices, NoticeBoard>()
            .AddSingleton<NoticeStore>()
            .AddSingleton<NoticePreferences>()
            .AddSingleton<NoticePlanner>()
            .AddSingleton<NoticeMails>()
            .AddSingleton<NoticeHooks>()
            .AddSingleton<NoticeWorker>()
            .AddHostedService(provider => provider.GetRequiredService<NoticeWorker>())
            .AddEventSubscriber<NoticeSubscriber>()
            .AddSchedule("platform.notice_sweep", "every 06:00:00", (provider, ct) => provider.GetRequiredService<NoticeWorker>().SweepAsync(ct));
    }

    public static IEndpointRouteBuilder MapNotices(this IEndpointRouteBuilder routes)
    {
        NoticeEndpoints.Map(routes);
        return routes;
    }
}
