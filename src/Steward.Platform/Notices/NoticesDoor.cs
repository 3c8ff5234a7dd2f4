using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Steward.Platform.Erasing;
using Steward.Platform.Nodes;
using Steward.Platform.Notices.Raising;
using Steward.Platform.Notices.Sending;
using Steward.Platform.Retention;
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
            .AddEraser<NoticeErasure>()
            .AddSingleton<NoticePlanner>()
            .AddSingleton<NoticeMails>()
            .AddSingleton<NoticeHooks>()
            .AddSingleton<NoticeWorker>()
            .AddHostedService(provider => provider.GetRequiredService<NoticeWorker>())
            .AddEventSubscriber<NoticeSubscriber>()
            .AddRetention(new("notices", Days: 90, Least: 7, Most: 3650), "platform.notices", "created_at < $1 and planned");
    }

    public static IEndpointRouteBuilder MapNotices(this IEndpointRouteBuilder routes)
    {
        NoticeEndpoints.Map(routes);
        return routes;
    }
}
